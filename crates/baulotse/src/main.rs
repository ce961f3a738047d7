//! `baulotse`: vacancy and building-land cadastre for municipalities.

mod cli;
mod command;
mod demo;
mod exit;
mod open;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command},
    exit::{Exit, Failure},
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error, ExitCode::FAILURE),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(exit) => exit.into(),
        Err(failure) => fail(&failure, failure.code()),
    }
}

fn fail(error: &dyn std::error::Error, code: ExitCode) -> ExitCode {
    eprintln!("baulotse: {error}");
    code
}

async fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => Box::pin(command::demo::run(args)).await,
        Command::Serve(args) => command::serve::run(args).await,
        Command::Import(args) => Box::pin(command::import::run(args)).await,
        Command::Export(args) => Box::pin(command::export::run(args)).await,
        Command::Migrate(args) => command::keep::migrate(&args).await,
        Command::User(command) => command::account::user(command).await,
        Command::Municipality(command) => command::municipality::run(command).await,
        Command::Enquiries(command) => command::enquiries::run(command).await,
        Command::Picture(command) => command::picture::run(command).await,
        Command::Token(args) => command::account::token(args).await,
        Command::Check(args) => command::keep::check(&args).await,
        Command::Backup(args) => command::keep::backup(&args).await,
        Command::Restore(args) => command::keep::restore(&args).await,
    }
}
