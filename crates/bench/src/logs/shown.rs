//! The figures beside their targets, and whether the answers agree. Must not measure.

use rebato_logs::Answers;
use serde_json::{Value, json};

use super::asked::Question;
use super::memory::Peak;
use super::peers::{self, Peer, Rows};
use crate::identify::median;

/// A figure.
struct Figure {
    name: String,
    what: String,
    value: f64,
    unit: &'static str,
    at_most: Option<f64>,
    /// Lowest and highest of the runs.
    spread: Option<(f64, f64)>,
}

/// An answer that was compared.
struct Compared {
    tool: &'static str,
    question: &'static str,
    rows: usize,
    agrees: bool,
}

/// All of them.
pub(crate) struct Shown {
    pub(super) runs: usize,
    /// Flow records of the data.
    pub(super) records: u64,
    figures: Vec<Figure>,
    compared: Vec<Compared>,
    pair: Rows,
    list: Rows,
}

impl Shown {
    pub(super) const fn new(runs: usize) -> Self {
        Self {
            runs,
            records: 0,
            figures: Vec::new(),
            compared: Vec::new(),
            pair: Vec::new(),
            list: Vec::new(),
        }
    }

    fn add(
        &mut self,
        name: &str,
        what: &str,
        values: Vec<f64>,
        unit: &'static str,
        at_most: Option<f64>,
    ) {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(0.0, f64::max);
        self.figures.push(Figure {
            name: name.to_owned(),
            what: what.to_owned(),
            spread: (values.len() > 1).then_some((lowest, highest)),
            value: median(values),
            unit,
            at_most,
        });
    }

    /// Keeps the answers that peers are asked for, too.
    pub(super) fn keep(&mut self, question: Question, answers: &Answers) {
        match question {
            Question::Pair => {
                let records = answers.flows().get("records").and_then(Value::as_u64);
                self.records = records.unwrap_or_default();
                self.pair = peers::by_port(answers);
            }
            Question::ListMany => self.list = peers::by_address(answers),
            _ => {}
        }
    }

    pub(super) fn ratio(&mut self, question: Question, pairs: Vec<(u64, u64)>) {
        let (name, what, at_most) = question.about();
        self.add(name, what, quotients(pairs), "of inflating", Some(at_most));
    }

    pub(super) fn window(&mut self, pairs: Vec<(u64, u64)>) {
        self.add(
            "window",
            "two of eight hours",
            quotients(pairs),
            "of the whole",
            Some(0.25),
        );
    }

    pub(super) fn list(&mut self, builds: Vec<f64>, walls: Vec<f64>, lookups: Vec<f64>) {
        self.add(
            "list-build",
            "600,000 entries, from bytes to index",
            builds,
            "ms of processor",
            Some(100.0),
        );
        self.add("list-wall", "the same by the clock", walls, "ms", None);
        self.add("look-up", "an address at random", lookups, "ns", Some(5.0));
    }

    pub(super) fn memory(&mut self, part: Peak, all: Peak) {
        for (name, (records, peak)) in [("memory-tenth", part), ("memory", all)] {
            let what = format!(
                "a case over {:.1} M records with the list",
                records as f64 / 1e6
            );
            self.add(name, &what, vec![peak as f64 / 1024.0], "MiB", Some(256.0));
        }
        let growth = all.1 as f64 / part.1.max(1) as f64;
        self.add(
            "growth",
            "ten times the records",
            vec![growth],
            "times the memory",
            Some(1.1),
        );
    }

    pub(super) fn peer(&mut self, peer: &Peer, floor: u64) {
        let ours = if peer.question == "list" {
            &self.list
        } else {
            &self.pair
        };
        let agrees = *ours == peer.rows;
        self.compare(peer, agrees);
        let name = format!("{}-{}", peer.tool, peer.question);
        let what = format!("{}, the same question", peer.tool);
        self.add(
            &name,
            &what,
            quotients(vec![(peer.nanoseconds, floor)]),
            "of inflating",
            None,
        );
    }

    pub(super) fn parquet(&mut self, runs: &[(u64, Vec<Peer>, Rows)]) {
        let of = |tool: &str| {
            let pairs = runs.iter().filter_map(|(ours, turn, _)| {
                let peer = turn.iter().find(|peer| peer.tool == tool)?;
                Some((*ours, peer.nanoseconds))
            });
            quotients(pairs.collect())
        };
        self.add(
            "parquet",
            "one interface and one address, Parquet",
            of("polars"),
            "of Polars",
            Some(1.1),
        );
        self.add(
            "parquet-duckdb",
            "the same",
            of("duckdb"),
            "of DuckDB",
            None,
        );
        if let Some((_, turn, rows)) = runs.last() {
            let agrees = *rows == self.pair;
            self.compared.push(Compared {
                tool: "rebato",
                question: "parquet as text",
                rows: rows.len(),
                agrees,
            });
            for peer in turn {
                self.compare(peer, peer.rows == *rows);
            }
        }
    }

    fn compare(&mut self, peer: &Peer, agrees: bool) {
        self.compared.push(Compared {
            tool: peer.tool,
            question: peer.question,
            rows: peer.rows.len(),
            agrees,
        });
    }

    /// Whether every answer that was compared is ours.
    pub(crate) fn agrees(&self) -> bool {
        self.compared.iter().all(|compared| compared.agrees)
    }

    /// As JSON.
    pub(crate) fn document(&self) -> Value {
        let round = |figure: f64| (figure * 1000.0).round() / 1000.0;
        let figures = self.figures.iter().map(|figure| {
            json!({
                "name": figure.name, "what": figure.what, "value": round(figure.value), "unit": figure.unit,
                "at_most": figure.at_most, "met": figure.at_most.map(|most| figure.value <= most),
                "min": figure.spread.map(|(low, _)| round(low)), "max": figure.spread.map(|(_, high)| round(high)),
            })
        });
        let compared = self.compared.iter().map(|compared| {
            json!({ "tool": compared.tool, "question": compared.question, "rows": compared.rows, "agrees": compared.agrees })
        });
        json!({
            "schema": "rebato.bench/1", "what": "logs", "runs": self.runs, "flow_records": self.records,
            "figures": figures.collect::<Vec<_>>(), "answers": compared.collect::<Vec<_>>(),
        })
    }

    /// As a table for people.
    pub(crate) fn table(&self) -> String {
        let mut out = vec![format!(
            "{:.1} M flow records; processor time of one thread, median of {} runs in turns with inflating the same files",
            self.records as f64 / 1e6,
            self.runs
        )];
        for figure in &self.figures {
            let target = match figure.at_most {
                Some(most) if figure.value <= most => format!("(at most {most})"),
                Some(most) => format!("(at most {most}) MISSED"),
                None => String::new(),
            };
            let line = format!(
                "  {:<16} {:<44} {:>8.2} {} {target}",
                figure.name, figure.what, figure.value, figure.unit
            );
            out.push(line.trim_end().to_owned());
        }
        for compared in &self.compared {
            let word = if compared.agrees {
                "agrees"
            } else {
                "DISAGREES"
            };
            out.push(format!(
                "  {} {word} on {} ({} rows)",
                compared.tool, compared.question, compared.rows
            ));
        }
        out.join("\n")
    }
}

fn quotients(pairs: Vec<(u64, u64)>) -> Vec<f64> {
    let quotient = |(ours, theirs): (u64, u64)| ours as f64 / theirs.max(1) as f64;
    pairs.into_iter().map(quotient).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_is_not_met_and_an_answer_that_differs_are_said() {
        let mut shown = Shown::new(3);
        shown.ratio(Question::Pair, vec![(11, 10), (30, 10), (12, 10)]);
        shown.ratio(Question::Typed, vec![(20, 10)]);
        assert!(shown.agrees());
        let peer = |rows| Peer {
            tool: "polars",
            question: "pair",
            nanoseconds: 40,
            rows,
        };
        shown.peer(&peer(Vec::new()), 10);
        assert!(shown.agrees());
        shown.peer(&peer(vec![vec![json!(22)]]), 10);
        assert!(!shown.agrees());
        let table = shown.table();
        assert!(
            table.contains("1.20 of inflating (at most 1.15) MISSED"),
            "{table}"
        );
        assert!(table.contains("2.00 of inflating (at most 2.6)"), "{table}");
        assert!(
            table.contains("polars DISAGREES on pair (1 rows)"),
            "{table}"
        );
        let document = shown.document();
        assert_eq!(document["figures"][0]["met"], false);
        assert_eq!(document["figures"][0]["max"], 3.0);
        assert_eq!(document["answers"][1]["agrees"], false);
    }
}
