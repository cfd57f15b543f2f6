"""What a workspace that uses this library declares: load this and call millpond_dependencies()."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")
load("//bazel:system_library.bzl", "system_library")

def millpond_dependencies():
    """Each system library under its Bazel Central Registry name, unless the workspace already has that name."""
    maybe(
        system_library,
        name = "curl",
        debian = "libcurl4-openssl-dev",
        headers = ["curl"],
        library = "curl",
        linkopts = ["-lcurl"],
    )
    maybe(
        system_library,
        name = "expected",
        debian = "libexpected-dev",
        headers = ["tl"],
        library = "expected",
    )
    maybe(
        system_library,
        name = "fmt",
        debian = "libfmt-dev",
        headers = ["fmt"],
        library = "fmt",
        linkopts = ["-lfmt"],
    )
    maybe(
        system_library,
        name = "hiredis",
        debian = "libhiredis-dev",
        headers = ["hiredis"],
        library = "hiredis",
        linkopts = ["-lhiredis"],
    )
    maybe(
        system_library,
        name = "libpqxx",
        debian = "libpqxx-dev",
        headers = ["pqxx"],
        library = "libpqxx",
        linkopts = ["-lpqxx"],
    )
    maybe(
        system_library,
        name = "libpq",
        debian = "libpq-dev",
        headers = ["postgresql"],
        includes = ["include/postgresql"],
        library = "libpq",
        linkopts = ["-lpq"],
    )
    maybe(
        system_library,
        name = "mysqlcppconn",
        debian = "libmysqlcppconn-dev",
        headers = ["cppconn", "mysql_connection.h", "mysql_driver.h", "mysql_error.h"],
        library = "mysqlcppconn",
        linkopts = ["-lmysqlcppconn"],
    )
    maybe(
        system_library,
        name = "openssl",
        debian = "libssl-dev",
        headers = ["openssl"],
        library = "openssl",
        linkopts = ["-lssl", "-lcrypto"],
    )
    maybe(
        system_library,
        name = "tomlplusplus",
        debian = "libtomlplusplus-dev",
        # Debian's shared build: its parser has no assert(), which the header-only one aborts on for a bad file.
        defines = ["TOML_HEADER_ONLY=0", "TOML_SHARED_LIB=1"],
        headers = ["toml++"],
        library = "tomlplusplus",
        linkopts = ["-ltomlplusplus"],
    )

def millpond_development_dependencies():
    """What only this library's own command, tests and benchmarks use."""
    maybe(
        system_library,
        name = "cli11",
        debian = "libcli11-dev",
        headers = ["CLI"],
        library = "cli11",
    )
    maybe(
        system_library,
        name = "googletest",
        debian = "libgmock-dev",
        headers = ["gmock", "gtest"],
        library = "gtest",
        linkopts = ["-lgmock", "-lgtest", "-pthread"],
        mains = {"gtest_main": "-lgmock_main"},
    )
    maybe(
        system_library,
        name = "nlohmann_json",
        debian = "nlohmann-json3-dev",
        headers = ["nlohmann"],
        library = "nlohmann_json",
    )
    maybe(
        system_library,
        name = "poco",
        debian = "libpoco-dev",
        headers = ["Poco"],
        library = "poco",
        linkopts = ["-lPocoFoundation"],
    )
    maybe(
        system_library,
        name = "rapidcheck",
        debian = "librapidcheck-dev",
        headers = ["rapidcheck", "rapidcheck.h"],
        library = "rapidcheck",
        linkopts = ["-lrapidcheck"],
    )
    maybe(
        system_library,
        name = "relacy",
        debian = "relacy-dev",
        headers = ["relacy"],
        library = "relacy",
    )
    maybe(
        system_library,
        name = "soci",
        debian = "libsoci-dev",
        headers = ["soci"],
        library = "soci",
        linkopts = ["-lsoci_core"],
    )
