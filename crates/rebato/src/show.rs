//! What a person reads on the terminal: one screen, aligned, the next command last. Functions from values to lines. Must not
//! write anything.

mod address;
mod around;
mod case;
mod finding;
mod plan;
mod table;
mod verdict;

use rebato_report::Words;

use crate::terminal::{DIM, styled};

pub use address::address_lines;
pub use around::{around_lines, remains_lines};
pub use case::{
    case_lines, case_table, changed_lines, deadline_lines, due_lines, joined_lines, review_lines,
};
pub use finding::{
    candidate_line, check_lines, checks_brief, finding_lines, order_lines, subject_line,
};
pub use plan::{explain_lines, permit_lines, plan_brief, plan_lines};
pub use table::table_lines;
pub use verdict::{coverage_line, verdict_lines};

/// How many rows are not shown; nothing where all are.
#[must_use]
pub fn more_line(count: usize, words: &Words) -> Option<String> {
    (count > 0).then(|| {
        let more = words.with("more-rows", [("count", count.to_string())]);
        styled(DIM, &format!("   {more}"))
    })
}
