//! `cargo xtask bench logs`: what questions to the logs cost, as processor time over that of inflating the same files, in turns in
//! the same run. Must not read logs itself: it times `rebato_logs` from outside, as users get it.

mod asked;
mod data;
mod flows;
mod memory;
mod peers;
mod shown;
mod trail;
mod world;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rebato_logs::Questions;

use crate::dice::Dice;
use crate::{BenchError, clock};
use asked::Question;
use data::Data;
pub(crate) use memory::child;
use shown::Shown;

/// Records over which memory is measured, and of how many look-ups the time is taken.
const RECORDS: u64 = 20_000_000;
const LOOKUPS: usize = 1 << 22;

/// What was asked for.
pub(crate) struct Wanted {
    /// In percent.
    pub(crate) scale: u64,
    /// Turns that count.
    pub(crate) runs: usize,
    /// Where made-up data is kept.
    pub(crate) work: PathBuf,
    /// Data that somebody else made, and the list to it.
    pub(crate) data: Option<PathBuf>,
    pub(crate) list: Option<PathBuf>,
    /// Names of figures; all when there are none.
    pub(crate) only: Vec<String>,
    /// An interpreter that has the peers.
    pub(crate) python: Option<PathBuf>,
}

/// Measures everything; what is shown holds whether the peers agree.
pub(crate) fn measure(wanted: &Wanted) -> Result<Shown, BenchError> {
    let data = match &wanted.data {
        Some(folder) => {
            let list = wanted.list.clone().or_else(|| find_list(folder));
            let list = list.ok_or(BenchError::NoList)?;
            Data::of(folder)?.with_list(list, &wanted.work)?
        }
        None => Data::make(&wanted.work, wanted.scale)?,
    };
    let mut shown = Shown::new(wanted.runs);
    let asked = |name: &str| wanted.only.is_empty() || wanted.only.iter().any(|only| only == name);
    let peers = wanted.python.as_deref().filter(|_| asked("peers"));
    for question in Question::ALL {
        // The answers that are compared, and how many records there are.
        let needed = match question {
            Question::Pair => peers.is_some() || asked("memory"),
            Question::ListMany => peers.is_some(),
            _ => false,
        };
        if needed || asked(question.about().0) {
            ratio(&mut shown, question, &data)?;
        }
    }
    if asked("window") {
        windowed(&mut shown, &data)?;
    }
    if asked("list") {
        lists(&mut shown, &data)?;
    }
    if asked("memory") {
        let files = u64::try_from(data.flow.len()).unwrap_or(1);
        let all = usize::try_from(files * RECORDS / shown.records.max(1)).unwrap_or(1);
        let part = memory::peak(&data, all.div_ceil(10))?;
        shown.memory(part, memory::peak(&data, all)?);
    }
    if let Some(python) = peers {
        compared(&mut shown, &data, python)?;
    }
    Ok(shown)
}

/// Where lists of made-up data use to lie.
fn find_list(folder: &Path) -> Option<PathBuf> {
    let names = ["t600k.txt", "threat/t600k.txt", "many.txt"];
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

fn ratio(shown: &mut Shown, question: Question, data: &Data) -> Result<(), BenchError> {
    let files = question.files(data);
    let mut pairs = Vec::new();
    // One more than counted: the first finds cold caches.
    for run in 0..=shown.runs {
        let questions = question.questions(data)?;
        let floor = asked::floor(&files)?;
        let (ours, answers) = asked::pass(questions, &files)?;
        if run > 0 {
            pairs.push((ours, floor));
        }
        if run == shown.runs {
            shown.keep(question, &answers);
        }
    }
    shown.ratio(question, pairs);
    Ok(())
}

/// Over the same question without the window, not over the floor.
fn windowed(shown: &mut Shown, data: &Data) -> Result<(), BenchError> {
    let files = Question::Pair.files(data);
    let mut pairs = Vec::new();
    for run in 0..=shown.runs {
        let Some(questions) = asked::window(data) else {
            return Ok(());
        };
        let (part, _) = asked::pass(questions, &files)?;
        let (whole, _) = asked::pass(asked::pair(), &files)?;
        if run > 0 {
            pairs.push((part, whole));
        }
    }
    shown.window(pairs);
    Ok(())
}

/// A list from bytes to index, and addresses at random looked up in it.
fn lists(shown: &mut Shown, data: &Data) -> Result<(), BenchError> {
    let list = asked::list(&data.many)?;
    let mut dice = Dice(4);
    let addresses: Vec<u32> = (0..LOOKUPS)
        .map(|_| u32::try_from(dice.next() >> 32).unwrap_or(0))
        .collect();
    let (mut builds, mut walls, mut lookups) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=shown.runs {
        let (begin, wall) = (clock::cpu_nanoseconds()?, Instant::now());
        let index = asked::built(black_box(&list));
        let (between, wall) = (clock::cpu_nanoseconds()?, wall.elapsed());
        let hits = addresses.iter().filter(|ip| index.covers_v4(**ip)).count();
        black_box(hits);
        let end = clock::cpu_nanoseconds()?;
        if run > 0 {
            builds.push((between - begin) as f64 / 1e6);
            walls.push(wall.as_secs_f64() * 1e3);
            lookups.push((end - between) as f64 / LOOKUPS as f64);
        }
        drop(black_box(Questions {
            threat: index,
            ..Questions::default()
        }));
    }
    shown.list(builds, walls, lookups);
    Ok(())
}

/// The peers' time over the same floor; and Parquet, where ours is over Polars'.
fn compared(shown: &mut Shown, data: &Data, python: &Path) -> Result<(), BenchError> {
    let parquet = peers::parquet(python, data)?;
    for (question, ours) in [("pair", Question::Pair), ("list", Question::ListMany)] {
        for tool in peers::TOOLS {
            let floor = asked::floor(&ours.files(data))?;
            let peer = peers::ask(python, tool, question, data, &[])?;
            shown.peer(&peer, floor);
        }
    }
    let mut pairs = Vec::new();
    for run in 0..=shown.runs {
        let (ours, rows) = peers::ours(&parquet)?;
        let mut turn = Vec::new();
        for tool in peers::TOOLS {
            turn.push(peers::ask(python, tool, "parquet", data, &parquet)?);
        }
        if run > 0 {
            pairs.push((ours, turn, rows));
        }
    }
    shown.parquet(&pairs);
    Ok(())
}
