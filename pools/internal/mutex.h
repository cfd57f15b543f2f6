// A mutex that clang's thread-safety analysis understands: what MILLPOND_GUARDED_BY(mu_) may be
// touched only while mu_ is held, checked at compile time.
//
//   Mutex mu_;
//   int waiting_ MILLPOND_GUARDED_BY(mu_) = 0;
//   …
//   MutexLock lock(mu_);
//   ++waiting_;
#pragma once

#include <mutex>

#if defined(__clang__)
#define MILLPOND_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define MILLPOND_THREAD_ANNOTATION(x)
#endif

#define MILLPOND_CAPABILITY(name) MILLPOND_THREAD_ANNOTATION(capability(name))
#define MILLPOND_SCOPED_CAPABILITY MILLPOND_THREAD_ANNOTATION(scoped_lockable)
#define MILLPOND_GUARDED_BY(mutex) MILLPOND_THREAD_ANNOTATION(guarded_by(mutex))
#define MILLPOND_REQUIRES(...) MILLPOND_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define MILLPOND_EXCLUDES(...) MILLPOND_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define MILLPOND_ACQUIRE(...) MILLPOND_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define MILLPOND_NO_THREAD_SAFETY_ANALYSIS MILLPOND_THREAD_ANNOTATION(no_thread_safety_analysis)
#define MILLPOND_RELEASE(...) MILLPOND_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace millpond::internal {

class MILLPOND_CAPABILITY("mutex") Mutex {
 public:
  void lock() MILLPOND_ACQUIRE() { mutex_.lock(); }
  void unlock() MILLPOND_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds a mutex for a scope.
class MILLPOND_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) MILLPOND_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() MILLPOND_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace millpond::internal
