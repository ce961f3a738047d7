//! `baulotse enquiries`: what was typed.

use cadastre::{ReceiptNumber, codes::EnquiryState};
use clap::Subcommand;

use super::{StoreArgs, parse_ags, parse_code};

/// `baulotse enquiries`
#[derive(Debug, Subcommand)]
pub(crate) enum EnquiriesCommand {
    /// List them, one a line, the newest first.
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Only those asked of this municipality; may be repeated.
        #[arg(long, env = "BAULOTSE_MUNICIPALITY", value_name = "AGS", value_parser = parse_ags, value_delimiter = ',')]
        municipality: Vec<cadastre::Ags>,
        /// Only those in this state.
        #[arg(long, env = "BAULOTSE_STATE", value_parser = parse_code::<EnquiryState>)]
        state: Option<EnquiryState>,
    },
    /// Print one as a whole.
    Show {
        #[command(flatten)]
        store: StoreArgs,
        /// Number of its receipt.
        #[arg(value_parser = parse_number)]
        number: ReceiptNumber,
    },
    /// Close one; it is then kept for a shorter time.
    Close {
        #[command(flatten)]
        store: StoreArgs,
        /// Number of its receipt.
        #[arg(value_parser = parse_number)]
        number: ReceiptNumber,
    },
    /// Erase one, or all that are past their last day, which a server does each night.
    Erase {
        #[command(flatten)]
        store: StoreArgs,
        /// Number of its receipt.
        #[arg(value_parser = parse_number, required_unless_present = "due")]
        number: Option<ReceiptNumber>,
        /// All that are past their last day.
        #[arg(long, env = "BAULOTSE_DUE", conflicts_with = "number")]
        due: bool,
    },
}

fn parse_number(text: &str) -> Result<ReceiptNumber, String> {
    ReceiptNumber::parse(text).map_err(|error| error.to_string())
}
