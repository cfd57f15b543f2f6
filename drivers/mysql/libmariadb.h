// libmariadb's functions, found by name at run time: Debian's Connector/C++ comes without
// libmariadb's headers, and a program whose library has other functions must still start.
//
// Immutable; safe from any thread. A function that the library lacks is null.
//
//   const Libmariadb& library = libmariadb();
//   if (library.complete()) { library.socket(mysql); }
#pragma once

#include <dlfcn.h>

struct st_mysql;
struct st_mysql_res;

namespace millpond::drivers {

// The function of this name that the program's libraries call, too; null where there is none.
template <class Function>
Function* symbol(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// Numbers of mysql_option in Connector/C 3.3.
enum class MysqlOption : int {
  kTlsKey = 25,
  kTlsCertificate = 26,
  kTlsAuthorities = 27,
  kTlsEnforce = 38,
  kTlsPassphrase = 7003,
  kTlsFingerprint = 7006,
  kIoWait = 7024,
  kStatusCallback = 7028,
};

struct Libmariadb {
  int (*set_option)(st_mysql*, int, ...) = symbol<int(st_mysql*, int, ...)>("mysql_optionsv");
  int (*get_option)(st_mysql*, int, void*,
                    ...) = symbol<int(st_mysql*, int, void*, ...)>("mysql_get_optionv");
  int (*get_info)(st_mysql*, int, void*,
                  ...) = symbol<int(st_mysql*, int, void*, ...)>("mariadb_get_infov");
  int (*socket)(st_mysql*) = symbol<int(st_mysql*)>("mysql_get_socket");
  unsigned long (*session_id)(st_mysql*) = symbol<unsigned long(st_mysql*)>("mysql_thread_id");
  unsigned int (*last_error)(st_mysql*) = symbol<unsigned int(st_mysql*)>("mysql_errno");
  const char* (*error_text)(st_mysql*) = symbol<const char*(st_mysql*)>("mysql_error");
  const char* (*sqlstate)(st_mysql*) = symbol<const char*(st_mysql*)>("mysql_sqlstate");
  const char* (*tls_cipher)(st_mysql*) = symbol<const char*(st_mysql*)>("mysql_get_ssl_cipher");
  char (*more_results)(st_mysql*) = symbol<char(st_mysql*)>("mysql_more_results");
  int (*next_result)(st_mysql*) = symbol<int(st_mysql*)>("mysql_next_result");
  st_mysql_res* (*use_result)(st_mysql*) = symbol<st_mysql_res*(st_mysql*)>("mysql_use_result");
  void (*free_result)(st_mysql_res*) = symbol<void(st_mysql_res*)>("mysql_free_result");
  int (*ping)(st_mysql*) = symbol<int(st_mysql*)>("mysql_ping");
  int (*reset)(st_mysql*) = symbol<int(st_mysql*)>("mysql_reset_connection");

  bool complete() const {
    return set_option && get_option && get_info && socket && session_id && last_error &&
           error_text && sqlstate && tls_cipher && more_results && next_result && use_result &&
           free_result && ping && reset;
  }
};

const Libmariadb& libmariadb();

}  // namespace millpond::drivers
