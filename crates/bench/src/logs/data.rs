//! The files that are read: made once in a folder and kept there, or found in a folder that somebody else made. A folder has `flow`,
//! `flow5` and `ct`, each in the key layout of AWS. Must not know what is asked of them.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use libdeflater::{CompressionLvl, Compressor};

use super::world::{self, ACCOUNT, Entry, Lists, REGION};
use super::{flows, trail};
use crate::BenchError;
use crate::dice::{Dice, mix};

/// Changes when what is made does.
const VERSION: u32 = 1;
/// At a hundred percent: 20 M flow records in 192 files, 2 M of the custom format in 24, 1 M calls in 288.
const FLOW_FILES: u64 = 192;
const FLOW_ROWS: u64 = 20_000_000 / FLOW_FILES;
const CUSTOM_FILES: u64 = 24;
const CUSTOM_ROWS: u64 = 2_000_000 / CUSTOM_FILES;
const TRAIL_FILES: u64 = 288;
const TRAIL_ROWS: u64 = 1_000_000 / TRAIL_FILES;

/// Where everything lies.
pub(super) struct Data {
    pub(super) folder: PathBuf,
    /// Where more may be written: the folder itself when it is ours.
    pub(super) own: PathBuf,
    /// VPC Flow Logs of 14 fields.
    pub(super) flow: Vec<PathBuf>,
    /// VPC Flow Logs of 29 fields.
    pub(super) custom: Vec<PathBuf>,
    /// CloudTrail.
    pub(super) trail: Vec<PathBuf>,
    /// A list on which some three of a hundred records have an address, and one with half of that.
    pub(super) many: PathBuf,
    pub(super) few: PathBuf,
}

impl Data {
    /// Makes a share of it, in percent, below `work`; what is there already is taken as it is.
    pub(super) fn make(work: &Path, percent: u64) -> Result<Self, BenchError> {
        let folder = work.join(format!("logs-{percent}"));
        let stamp = folder.join("made");
        let made = format!("version {VERSION}, {percent} %\n");
        if fs::read_to_string(&stamp).is_ok_and(|known| known == made) {
            return Self::of(&folder);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(BenchError::file("remove", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(BenchError::file("make", &folder))?;
        let lists = Lists::new();
        for (name, list) in [("many.txt", &lists.many), ("few.txt", &lists.few)] {
            write(&folder.join(name), world::text(list).as_bytes())?;
        }
        let share = |rows: u64| (rows * percent / 100).max(1);
        // Two halves at a time: packing takes far longer than asking.
        let halves = std::thread::scope(|scope| {
            let halves = [0, 1].map(|half| {
                let (folder, many) = (&folder, lists.many.as_slice());
                scope.spawn(move || {
                    for number in (half..FLOW_FILES).step_by(2) {
                        flow_file(&folder.join("flow"), number, share(FLOW_ROWS), many, false)?;
                    }
                    for number in (half..CUSTOM_FILES).step_by(2) {
                        flow_file(
                            &folder.join("flow5"),
                            number,
                            share(CUSTOM_ROWS),
                            many,
                            true,
                        )?;
                    }
                    for number in (half..TRAIL_FILES).step_by(2) {
                        trail_file(&folder.join("ct"), number, share(TRAIL_ROWS), many)?;
                    }
                    Ok(())
                })
            });
            halves.map(|half| half.join().unwrap_or(Err(BenchError::Stopped)))
        });
        halves.into_iter().collect::<Result<(), _>>()?;
        write(&stamp, made.as_bytes())?;
        Self::of(&folder)
    }

    /// What a folder has.
    pub(super) fn of(folder: &Path) -> Result<Self, BenchError> {
        let files = |name: &str| {
            let mut found = Vec::new();
            walk(&folder.join(name), &mut found)?;
            if found.is_empty() {
                return Err(BenchError::NoData {
                    folder: folder.join(name),
                });
            }
            Ok(found)
        };
        Ok(Self {
            flow: files("flow")?,
            custom: files("flow5")?,
            trail: files("ct")?,
            many: folder.join("many.txt"),
            few: folder.join("few.txt"),
            folder: folder.to_owned(),
            own: folder.to_owned(),
        })
    }

    /// With these lines for the list, and for the other the even ones of them and as many other addresses.
    pub(super) fn with_list(mut self, list: PathBuf, work: &Path) -> Result<Self, BenchError> {
        let text = fs::read_to_string(&list).map_err(BenchError::file("read", &list))?;
        let mut dice = Dice(15);
        let few: String = (0u64..)
            .zip(text.lines())
            .map(|(number, line)| match number % 2 {
                0 => format!("{line}\n"),
                _ => format!("{}\n", world::anybody(&mut dice)),
            })
            .collect();
        let name = self.folder.display().to_string();
        self.own = work.join(name.replace(['/', '\\', ':'], "-"));
        self.few = self.own.join("few.txt");
        write(&self.few, few.as_bytes())?;
        self.many = list;
        Ok(self)
    }
}

/// Two flow logs, each with a file every five minutes.
fn flow_file(
    folder: &Path,
    number: u64,
    rows: u64,
    listed: &[Entry],
    custom: bool,
) -> Result<(), BenchError> {
    let log = if number.is_multiple_of(2) {
        "fl-0a1b2c3d4e5f60718"
    } else {
        "fl-0f9e8d7c6b5a43210"
    };
    let at = world::BEGIN + i64::try_from(number / 2 * 300).unwrap_or(0);
    let mut dice = Dice(mix(number + if custom { 2_000_000 } else { 1_000_000 }));
    let text = flows::file(&mut dice, at, rows, listed, custom);
    let time = Timestamp::from_second(at).unwrap_or_default();
    let name = time
        .strftime("%Y/%m/%d/{}_%Y%m%dT%H%MZ_{}.log.gz")
        .to_string();
    let name = name.replacen("{}", &format!("{ACCOUNT}_vpcflowlogs_{REGION}_{log}"), 1);
    let name = name.replacen("{}", &format!("{:08x}", mix(number) >> 32), 1);
    packed(
        &folder.join(format!("AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/{name}")),
        &text,
    )
}

/// Delivered some five minutes after the last call.
fn trail_file(folder: &Path, number: u64, rows: u64, listed: &[Entry]) -> Result<(), BenchError> {
    let length = world::SECONDS.unsigned_abs() / TRAIL_FILES;
    let at = world::BEGIN + i64::try_from(number * length).unwrap_or(0);
    let text = trail::file(&mut Dice(mix(number + 3_000_000)), at, length, rows, listed)?;
    let delivered = (at + i64::try_from(length).unwrap_or(0)).div_euclid(300) * 300 + 600;
    let time = Timestamp::from_second(delivered).unwrap_or_default();
    let name = time
        .strftime("%Y/%m/%d/{}_%Y%m%dT%H%MZ_{}.json.gz")
        .to_string();
    let name = name.replacen("{}", &format!("{ACCOUNT}_CloudTrail_{REGION}"), 1);
    let name = name.replacen("{}", &format!("{:016X}", mix(number)), 1);
    packed(
        &folder.join(format!("AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{name}")),
        &text,
    )
}

fn packed(path: &Path, text: &str) -> Result<(), BenchError> {
    let mut packer = Compressor::new(CompressionLvl::default());
    let mut out = vec![0; packer.gzip_compress_bound(text.len())];
    // The bound is enough by what it says.
    let size = packer
        .gzip_compress(text.as_bytes(), &mut out)
        .map_err(|_| BenchError::Stopped)?;
    out.truncate(size);
    write(path, &out)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BenchError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(BenchError::file("make", folder))?;
    }
    fs::write(path, bytes).map_err(BenchError::file("write", path))
}

/// All packed files below a folder, in order; none when it is not there.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), BenchError> {
    let Ok(inside) = fs::read_dir(folder) else {
        return Ok(());
    };
    let mut inside: Vec<PathBuf> = inside
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    inside.sort();
    for path in inside {
        if path.is_dir() {
            walk(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|ending| ending == "gz" || ending == "parquet")
        {
            found.push(path);
        }
    }
    Ok(())
}
