//! What a finding's type says beforehand, and what only some findings carry, in words.

use rebato_core::case::Case;
use rebato_core::identify::{Finding, Malware, Process, Sequence, Threat, ThreatFile, kinds};
use rebato_report::{Lang, Words, html, markdown};

use crate::facts::dossier;
use crate::story::evaluated;
use crate::world::{Strangers, at};

fn case(change: impl FnOnce(&mut Finding)) -> Case {
    let strangers = Strangers::polite();
    let mut case = evaluated(&strangers, dossier(&strangers)).case();
    change(&mut case.finding);
    case
}

fn said(case: &Case, lang: Lang) -> String {
    let now = at("2026-11-24T08:00:00Z");
    let said = markdown(case, lang, now);
    assert!(!said.contains('⟦'), "{lang}: {said}");
    said
}

#[test]
fn every_kind_has_short_words_in_both_languages() {
    for lang in Lang::ALL {
        let words = Words::plain(lang);
        for kind in kinds() {
            let texts = [
                words.success(kind),
                words.look_first(kind),
                words.auto_scan(kind),
            ];
            for text in texts {
                assert!(!text.contains('⟦'), "{lang} {}: {text}", kind.name);
                assert!(text.chars().count() <= 105, "{lang}: too long: {text}");
            }
        }
    }
}

#[test]
fn the_type_tells_what_to_look_for() {
    let case = case(|finding| finding.kind = "UnauthorizedAccess:EC2/RDPBruteForce".into());
    assert!(said(&case, Lang::En).contains("| Look first at | Windows logons, flow logs"));
    let spanish = said(&case, Lang::Es);
    assert!(spanish.contains("| Mire primero | inicios de sesión de Windows"));
    assert!(spanish.contains("| Intrusión si | un evento 4624 de tipo 10"));
}

#[test]
fn archived_findings_and_samples_are_said_to_be_so() {
    let plain = case(|_| ());
    let marked = case(|finding| {
        finding.archived = true;
        finding.sample = true;
    });
    for (lang, words) in [
        (
            Lang::En,
            ["is archived in GuardDuty", "is a sample finding"],
        ),
        (
            Lang::Es,
            ["está archivado en GuardDuty", "un hallazgo de muestra"],
        ),
    ] {
        for word in words {
            assert!(said(&marked, lang).contains(word), "{lang}: {word}");
            assert!(!said(&plain, lang).contains(word), "{lang}: {word}");
        }
    }
}

#[test]
fn malware_processes_and_sequences_are_shown_and_stay_data() {
    let hostile = "/tmp/<script>alert(1)</script>|x";
    let case = case(|finding| {
        finding.kind = "Execution:EC2/MaliciousFile".into();
        finding.malware = Some(Malware {
            threats: vec![Threat {
                name: Some("Trojan.Generic".into()),
                files: vec![ThreatFile {
                    path: Some(hostile.into()),
                    ..ThreatFile::default()
                }],
                ..Threat::default()
            }],
            ..Malware::default()
        });
        finding.process = Some(Process {
            command: Some(hostile.into()),
            user: Some("www-data".into()),
            ..Process::default()
        });
        finding.sequence = Some(Sequence {
            instances: vec!["i-0aaa".into(), "i-0bbb".into()],
            ..Sequence::default()
        });
        finding.credentials_of = Some("i-0ccc".into());
    });
    for lang in Lang::ALL {
        let text = said(&case, lang);
        let page = html(&case, lang, at("2026-11-24T08:00:00Z")).unwrap();
        for shown in ["Trojan.Generic", "www-data", "i-0aaa", "i-0bbb", "i-0ccc"] {
            assert!(text.contains(shown), "{lang}: {shown}");
            assert!(page.contains(shown), "{lang}: {shown}");
        }
        assert!(!page.contains("<script>alert"), "{lang}");
        assert!(!text.contains("</script>|x"), "{lang}: {text}");
    }
}
