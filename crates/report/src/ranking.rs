//! Who is ahead of whom, and who cannot be told apart.

use bp_analysis::{Metric, Ranking};
use bp_record::Table;
use serde_json::json;

use crate::{
    Format,
    comparison::value,
    document::markdown::{escape, pipes},
    tables::wrapped,
    units,
};

/// How wide a terminal is, in characters.
const WIDTH: usize = 80;

/// The rankings, ready to be printed, ending with a line end.
pub fn ranking(rankings: &[Ranking], metric: &'static Metric, format: Format) -> String {
    match format {
        Format::Table => rankings.iter().map(terminal).collect::<Vec<_>>().join("\n"),
        Format::Csv => csv(rankings),
        Format::Json => {
            let whole = json!({ "metric": metric, "rankings": rankings });
            format!("{whole:#}\n")
        }
        Format::Markdown => rankings.iter().map(markdown).collect::<Vec<_>>().join("\n"),
    }
}

fn title(ranking: &Ranking) -> String {
    let Ranking { title, executor, metric, .. } = ranking;
    let rounds = units::counted(ranking.rounds as usize, "round");
    units::plain(&format!("{title} on {executor}, by {metric}, {rounds}"))
}

/// What a reader must know before taking one group for a result.
fn caution(ranking: &Ranking) -> Option<String> {
    let Ranking { rounds, rounds_needed, ties, .. } = ranking;
    let competitors = ties.iter().flatten().count();
    (rounds < rounds_needed && competitors > 1).then(|| {
        let rounds = units::counted(*rounds as usize, "round");
        format!("{rounds} cannot tell {competitors} cells apart: it takes {rounds_needed}, so nothing is ranked")
    })
}

fn terminal(ranking: &Ranking) -> String {
    let mut text = wrapped(&title(ranking), WIDTH).join("\n") + "\n";
    let names = ranking.ties.iter().flatten().map(|ranked| ranked.name.chars().count());
    let width = names.max().unwrap_or(0);
    for (place, tie) in places(ranking) {
        for ranked in tie {
            let (median, ratio) = (value(ranking.metric.unit, ranked.median), times(ranked.ratio));
            text += &format!(
                "{place:>4}  {:width$}  {median:>9}  {ratio:>7}\n",
                units::plain(&ranked.name)
            );
        }
    }
    for (name, why) in &ranking.apart {
        text += &format!("   -  {:width$}  {}\n", units::plain(name), units::plain(why));
    }
    caution(ranking)
        .map_or(text.clone(), |said| format!("{text}{}\n", wrapped(&said, WIDTH).join("\n")))
}

fn markdown(ranking: &Ranking) -> String {
    let mut text = format!("**{}**\n\n", escape(&title(ranking)));
    if let Some(said) = caution(ranking) {
        text += &format!("{said}.\n\n");
    }
    let heads = ["strategy", "place", "median", "to the best"].map(str::to_owned);
    let mut rows = Vec::new();
    for (place, tie) in places(ranking) {
        rows.extend(tie.iter().map(|ranked| {
            let (median, ratio) = (value(ranking.metric.unit, ranked.median), times(ranked.ratio));
            vec![ranked.name.clone(), place.to_string(), median, ratio]
        }));
    }
    let apart = ranking.apart.iter();
    rows.extend(
        apart.map(|(name, why)| vec![name.clone(), "-".to_owned(), why.clone(), "-".to_owned()]),
    );
    text + &pipes(&heads, &rows)
}

fn csv(rankings: &[Ranking]) -> String {
    struct Row {
        workload: String,
        executor: String,
        place: usize,
        metric: &'static str,
        ranked: bp_analysis::Ranked,
    }
    let rows: Vec<Row> = rankings
        .iter()
        .flat_map(|ranking| {
            let each = places(ranking)
                .flat_map(|(place, tie)| tie.iter().map(move |ranked| (place, ranked)));
            each.map(|(place, ranked)| Row {
                workload: ranking.workload.clone(),
                executor: ranking.executor.clone(),
                metric: ranking.metric.name,
                place,
                ranked: ranked.clone(),
            })
        })
        .collect();
    let table = Table::new()
        .text("workload", |row: &Row| row.workload.as_str().into())
        .text("executor", |row| row.executor.as_str().into())
        .number("place", |row| Some(row.place))
        .text("strategy", |row| row.ranked.name.as_str().into())
        .text("metric", |row| row.metric.into())
        .number("median", |row| Some(row.ranked.median))
        .number("ratio_to_best", |row| Some(row.ranked.ratio))
        .number("p_adjusted", |row| Some(row.ranked.p_adjusted));
    String::from_utf8_lossy(&table.csv(&rows)).into_owned()
}

/// The groups with their places, as in sport: after two firsts comes a third.
fn places(ranking: &Ranking) -> impl Iterator<Item = (usize, &Vec<bp_analysis::Ranked>)> {
    let mut next = 1;
    ranking.ties.iter().map(move |tie| {
        let place = next;
        next += tie.len();
        (place, tie)
    })
}

fn times(ratio: f64) -> String {
    if ratio < 9.995 { format!("{ratio:.2}×") } else { units::times(ratio) }
}
