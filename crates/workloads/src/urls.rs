//! A user's own list of addresses.

use std::{
    collections::{HashMap, hash_map::Entry},
    fs,
    net::{SocketAddr, ToSocketAddrs as _},
    path::Path,
};

use bp_record::ServiceTimes;
use hyper::Uri;

use crate::{WorkloadError, client::Host};

/// Something to ask for, at a host whose connections are shared by all that is asked there.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Or why nobody can be asked.
    pub(crate) host: Result<&'static Host, &'static str>,
    pub(crate) path: String,
}

/// The targets of a list, leaked, since jobs outlive whoever made them.
#[derive(Clone, Copy, Debug)]
pub struct UrlList {
    pub(crate) pages: &'static [Target],
    /// Where each page is posted to, if anywhere.
    pub(crate) upload: Option<&'static Target>,
}

/// How many URLs a file has, one a line, and what a run records of it. Empty lines and those that
/// begin with `#` are passed over.
///
/// # Errors
/// If it cannot be read, or has none; and at which line there is none that can be asked for:
/// `http://host/path`, with a port if it is not 80.
pub fn count_urls(path: &Path) -> Result<(u64, ServiceTimes), WorkloadError> {
    let (uris, file) = read(path)?;
    Ok((uris.len() as u64, file))
}

/// The same of a single URL: what is wrong with it, if anything is.
///
/// # Errors
/// What would be right.
pub fn check_url(text: &str) -> Result<(), String> {
    parse(text).map(drop)
}

impl UrlList {
    /// The URLs of a file that a run has recorded. Each host is looked up, once: where that fails, or
    /// finds nothing, the jobs there will fail and say why.
    ///
    /// # Errors
    /// As [`count_urls`], and if the file is no longer what it was.
    pub fn open(recorded: &ServiceTimes, upload: Option<&str>) -> Result<Self, WorkloadError> {
        let (uris, found) = read(&recorded.path)?;
        let refuse = |problem: &str| WorkloadError::Urls {
            place: recorded.path.display().to_string(),
            problem: problem.to_owned(),
        };
        if found != *recorded {
            return Err(refuse("has changed since the run was planned: begin a new run"));
        }
        let mut hosts = Hosts::default();
        let pages: Vec<_> = uris.iter().map(|uri| hosts.target(uri)).collect();
        let upload = upload.map(parse).transpose().map_err(|problem| refuse(&problem))?;
        let upload = upload.map(|uri| &*Box::leak(Box::new(hosts.target(&uri))));
        Ok(Self { pages: pages.leak(), upload })
    }
}

/// Each host once, by its authority.
#[derive(Default)]
struct Hosts(HashMap<String, Result<&'static Host, &'static str>>);

impl Hosts {
    fn target(&mut self, uri: &Uri) -> Target {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let host = match self.0.entry(authority.to_ascii_lowercase()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(find(uri, authority)),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Target { host, path }
    }
}

/// Looks a host up, as the system does it.
fn find(uri: &Uri, authority: &str) -> Result<&'static Host, &'static str> {
    let name = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let found = (name, uri.port_u16().unwrap_or(80)).to_socket_addrs();
    let first = found.map(|mut addresses: std::vec::IntoIter<SocketAddr>| addresses.next());
    match first {
        Ok(Some(address)) => Ok(Host::leak(address, authority.to_owned())),
        Ok(None) => Err(format!("{name} has no address").leak()),
        Err(cause) => Err(format!("cannot find {name}: {cause}").leak()),
    }
}

fn read(path: &Path) -> Result<(Vec<Uri>, ServiceTimes), WorkloadError> {
    let name = path.display();
    let refuse = |place: String, problem: String| WorkloadError::Urls { place, problem };
    let bytes = fs::read(path)
        .map_err(|cause| refuse(name.to_string(), format!("cannot be read: {cause}")))?;
    let mut uris = Vec::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let place = || format!("{name}, line {}", index + 1);
        let text = str::from_utf8(line).map_err(|_| refuse(place(), "is no text".to_owned()))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        uris.push(parse(text).map_err(|problem| refuse(place(), problem))?);
    }
    if uris.is_empty() {
        let problem = "there are no URLs: give one a line, such as http://localhost:8080/a";
        return Err(refuse(name.to_string(), problem.to_owned()));
    }
    let checksum = crc32fast::hash(&bytes);
    Ok((uris, ServiceTimes { path: path.to_owned(), checksum }))
}

/// A URL that can be asked for.
fn parse(text: &str) -> Result<Uri, String> {
    let shown: String = text.chars().take(60).collect();
    let shown = bp_record::printable(&shown);
    let example = "such as http://localhost:8080/a";
    let uri: Uri = text
        .parse()
        .map_err(|cause| format!("`{shown}` is no URL ({cause}): write one {example}"))?;
    match uri.scheme_str() {
        Some("http") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        Some("https") => Err(format!(
            "`{shown}` needs TLS, which is not built in: fetch through a proxy of yours that speaks \
             http, or give http URLs"
        )),
        Some(scheme) => Err(format!(
            "`{shown}` has the scheme {}: only http is fetched, {example}",
            bp_record::printable(scheme)
        )),
        None => Err(format!("`{shown}` has no http:// before its host: write a URL {example}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn listed(text: &[u8]) -> Result<u64, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        count_urls(file.path()).map(|(count, _)| count).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_no_url_is_refused_with_its_line() {
        assert_eq!(listed(b"\xef\xbb\xbfhttp://a/\r\n\n# no\n http://b:81/c?d=e \n"), Ok(2));
        assert_eq!(listed(b"http://[::1]:8080/"), Ok(1));
        for (bad, said) in [
            ("http://a/\nb/c\n", "line 2: `b/c` is no URL"),
            ("localhost:80\n", "line 1: `localhost:80` has no http://"),
            ("\n\nhttps://a/\n", "line 3: `https://a/` needs TLS"),
            ("ftp://a/\n", "has the scheme ftp"),
            ("http:///a\n", "line 1"),
            ("http://a b/\n", "is no URL"),
            ("# nothing\n", "there are no URLs"),
            ("http://a/\nhttp://\u{1b}[31m/\n", "line 2"),
        ] {
            let error = listed(bad.as_bytes()).unwrap_err();
            assert!(error.contains(said), "{bad:?}: {error}");
            assert!(!error.contains('\u{1b}'), "{error:?}");
        }
        assert!(listed(b"http://a/\n\xff\n").unwrap_err().contains("line 2: is no text"));
        let missing = count_urls(Path::new("/no/such/list")).unwrap_err().to_string();
        assert!(missing.contains("/no/such/list: cannot be read"), "{missing}");
    }

    #[test]
    fn a_list_that_changed_is_refused_and_a_host_is_looked_up_once() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"http://127.0.0.1:9/a\nhttp://127.0.0.1:9/b?c\nhttp://no.such.invalid/\n")
            .unwrap();
        let (_, recorded) = count_urls(file.path()).unwrap();
        let list = UrlList::open(&recorded, Some("http://127.0.0.1:9/up")).unwrap();
        let hosts: Vec<_> = list.pages[..2].iter().map(|page| page.host.unwrap()).collect();
        assert!(std::ptr::eq(hosts[0], hosts[1]));
        assert!(std::ptr::eq(hosts[0], list.upload.unwrap().host.unwrap()));
        assert_eq!((&*list.pages[0].path, &*list.pages[1].path), ("/a", "/b?c"));
        let lost = list.pages[2].host.unwrap_err();
        assert!(lost.starts_with("cannot find no.such.invalid"), "{lost}");
        file.write_all(b"http://127.0.0.1/\n").unwrap();
        let changed = UrlList::open(&recorded, None).unwrap_err().to_string();
        assert!(changed.contains("has changed"), "{changed}");
    }
}
