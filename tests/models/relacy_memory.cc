// Relacy replaces new and delete, so that memory is watched, but not the sized delete of C++14.
#include <cstddef>

#include "millpond/tests/models/relacy_atomics.h"

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  ::operator delete(memory);
}

void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  ::operator delete[](memory);
}
