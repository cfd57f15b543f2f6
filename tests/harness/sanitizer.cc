// libpqxx 6.4.5 loses a PGresult each time a connection breaks during exec(). The function must
// keep this name: LeakSanitizer looks for it.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wreserved-identifier"
#endif
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4.so\n";
}
