//! The program's entry: hands the arguments to the library and its exit code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    rebato::run(std::env::args_os())
}
