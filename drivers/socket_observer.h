// Who wants to know which sockets a connection uses: to watch whether the server hangs up, the pool
// has to know them, and one that is about to be closed must not be watched any more.
//
// Called by the thread that uses the connection; never from within a close(2).
//
//   connection->observe_sockets(&observer);   // opened(7)
#pragma once

namespace millpond::drivers {

class SocketObserver {
 public:
  virtual ~SocketObserver() = default;

  // The socket is connected, and the session's until closing() is told.
  virtual void opened(int socket) noexcept = 0;

  // It is about to be closed; opened() was told of it.
  virtual void closing(int socket) noexcept = 0;
};

}  // namespace millpond::drivers
