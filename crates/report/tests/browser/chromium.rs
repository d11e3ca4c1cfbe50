//! Chromium without a window: screenshots and the page as it is after its scripts ran. Must not know what a report is.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Names it goes by, in the order of trying; `REBATO_CHROMIUM` comes before them.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser that sends every request, to whatever host, to a listener of ours that answers none.
pub(crate) struct Chromium {
    program: PathBuf,
    profile: PathBuf,
    proxy: String,
    requests: Arc<AtomicUsize>,
}

/// What came of showing a page.
pub(crate) struct Screen {
    pub(crate) png: Vec<u8>,
    /// What the page wrote to the console, errors of the content policy included.
    pub(crate) console: Vec<String>,
    /// Requests that left the page.
    pub(crate) requests: usize,
}

impl Screen {
    /// Width and height in pixels, from the header of the PNG.
    pub(crate) fn size(&self) -> (u32, u32) {
        let number = |at: usize| {
            let bytes = self.png.get(at..at + 4).unwrap();
            u32::from_be_bytes(bytes.try_into().unwrap())
        };
        (number(16), number(20))
    }
}

impl Chromium {
    /// The browser with a profile of its own, where there is one.
    pub(crate) fn find(profile: &str) -> Option<Self> {
        let wanted = std::env::var_os("REBATO_CHROMIUM").map(PathBuf::from);
        let mut names = wanted.into_iter().chain(NAMES.map(PathBuf::from));
        let program = names.find(|name| {
            let version = Command::new(name).arg("--version").output();
            version.is_ok_and(|output| output.status.success())
        });
        let Some(program) = program else {
            assert!(
                std::env::var_os("CI").is_none(),
                "Chromium is missing: apt-get install chromium"
            );
            println!("skipped: no Chromium here");
            return None;
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut head = [0; 512];
                // What comes is counted once it is there, and the line closed.
                if stream.is_ok_and(|mut stream| stream.read(&mut head).is_ok_and(|read| read > 0))
                {
                    seen.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{profile}"));
        Some(Self {
            program,
            profile,
            proxy,
            requests,
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-extensions",
                "--disable-sync",
                "--enable-logging=stderr",
                "--force-device-scale-factor=1",
                // The browser asks its maker for things by itself: that is no request of the page, and gets nowhere either.
                "--proxy-bypass-list=<-loopback>;*.google.com",
                "--host-resolver-rules=MAP *.google.com ~NOTFOUND",
            ])
            .arg(format!("--proxy-server={}", self.proxy))
            .arg(format!("--user-data-dir={}", self.profile.display()));
        command
    }

    /// Shows a page, kept beside the picture as `at` with the ending `html`, in a window of this size.
    pub(crate) fn screenshot(&self, page: &str, at: &Path, (width, height): (u32, u32)) -> Screen {
        let (file, picture) = (at.with_extension("html"), at.with_extension("png"));
        std::fs::write(&file, page).unwrap();
        let before = self.requests.load(Ordering::SeqCst);
        let output = self
            .command()
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("--window-size={width},{height}"))
            .arg(url(&file))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        Screen {
            png: std::fs::read(&picture).unwrap_or_else(|error| panic!("{error}: {said}")),
            console: said
                .lines()
                .filter(|line| line.contains(":CONSOLE"))
                .map(str::to_owned)
                .collect(),
            requests: self.requests.load(Ordering::SeqCst) - before,
        }
    }

    /// The page after its scripts ran.
    pub(crate) fn dom(&self, page: &str, at: &Path) -> String {
        let file = at.with_extension("html");
        std::fs::write(&file, page).unwrap();
        let output = self
            .command()
            .args([
                "--dump-dom",
                "--virtual-time-budget=600000",
                "--window-size=1280,2400",
            ])
            .arg(url(&file))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn url(file: &Path) -> String {
    format!("file://{}", file.display())
}
