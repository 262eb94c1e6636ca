//! Survey responses.
//!
//! Rule: how many are promoters, detractors and satisfied in a month is a table; who says so is drawn.

use chrono::NaiveDate;

use super::{
    calendar::{MARCH, MONTHS, Month},
    catalogue::{CATEGORIES, REGIONS},
    comments::{self, Language, Mood},
    files::{Csv, SampleFile},
    rng::Rng,
    truths::BadRow,
};

/// What a month's survey says.
struct Wave {
    responses: usize,
    /// Responses with a satisfaction mark, and those of them with 4 or 5.
    rated: usize,
    satisfied: usize,
    /// Responses with a recommendation mark, and those of them with 9–10 and 0–6.
    marked: usize,
    promoters: usize,
    detractors: usize,
}

const WAVES: [Wave; MONTHS] = [
    wave([186, 176, 146, 172, 92, 29]),
    wave([194, 183, 152, 178, 96, 31]),
    wave([228, 214, 176, 210, 113, 38]),
    wave([222, 209, 173, 205, 110, 36]),
    wave([208, 196, 163, 191, 104, 33]),
    wave([190, 180, 150, 175, 96, 30]),
    wave([196, 185, 155, 181, 100, 31]),
    wave([246, 232, 192, 226, 122, 40]),
    wave([204, 193, 162, 188, 104, 32]),
    wave([214, 202, 168, 197, 107, 34]),
    wave([182, 172, 140, 167, 89, 30]),
    wave([226, 214, 152, 200, 87, 43]),
    wave([220, 208, 174, 202, 108, 35]),
    wave([232, 220, 187, 214, 118, 34]),
    wave([258, 242, 210, 240, 136, 35]),
];

/// Keeps the table above readable: the numbers come in the order of the fields.
const fn wave(numbers: [usize; 6]) -> Wave {
    let [responses, rated, satisfied, marked, promoters, detractors] = numbers;
    Wave { responses, rated, satisfied, marked, promoters, detractors }
}

/// A response.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// The day it was given.
    pub(crate) day: NaiveDate,
    /// Would recommend us, 0–10.
    pub(crate) nps: Option<u8>,
    /// Satisfaction, 1–5.
    pub(crate) csat: Option<u8>,
    region: usize,
    category: usize,
    comment: String,
    language: Language,
}

/// Draws all responses by day.
pub(crate) fn generate(seed: u64) -> Vec<Response> {
    let mut rng = Rng::named(seed, "survey");
    let mut responses = Vec::new();
    for (month, wave) in Month::all().zip(&WAVES) {
        let marks = draw_marks(&mut rng, wave);
        let days = month.days();
        let mut drawn: Vec<Response> =
            marks.into_iter().map(|marks| draw_response(&mut rng, &days, marks)).collect();
        drawn.sort_by_key(|response| response.day);
        responses.extend(drawn);
    }
    responses
}

/// A recommendation and a satisfaction mark.
type Marks = (Option<u8>, Option<u8>);

/// The marks of a month: those who recommend us are mostly satisfied.
fn draw_marks(rng: &mut Rng, wave: &Wave) -> Vec<Marks> {
    let mut nps = Vec::new();
    let passives = wave.marked - wave.promoters - wave.detractors;
    nps.extend((0..wave.promoters).map(|_| [10, 10, 9][rng.below(3) as usize]));
    nps.extend((0..passives).map(|_| [8, 8, 7][rng.below(3) as usize]));
    nps.extend((0..wave.detractors).map(|_| [6, 6, 5, 5, 4, 3, 2, 0][rng.below(8) as usize]));
    let mut csat = Vec::new();
    csat.extend((0..wave.satisfied).map(|_| if rng.per_mille(520) { 5 } else { 4 }));
    csat.extend((wave.satisfied..wave.rated).map(|_| [3, 3, 2, 2, 1][rng.below(5) as usize]));
    let nps = with_gaps(rng, &nps, wave.responses);
    let csat = with_gaps(rng, &csat, wave.responses);
    let mut marks: Vec<Marks> = nps.into_iter().zip(csat).collect();
    // A few people are hard to read.
    for _ in 0..wave.responses / 8 {
        let (one, other) =
            (rng.below(marks.len() as u64) as usize, rng.below(marks.len() as u64) as usize);
        let kept = marks[one].1;
        marks[one].1 = marks[other].1;
        marks[other].1 = kept;
    }
    rng.shuffle(&mut marks);
    marks
}

/// Stretches `marks` to `length` with gaps at random places, keeping their order.
fn with_gaps(rng: &mut Rng, marks: &[u8], length: usize) -> Vec<Option<u8>> {
    let mut present: Vec<bool> = (0..length).map(|index| index < marks.len()).collect();
    rng.shuffle(&mut present);
    let mut marks = marks.iter().copied();
    present.into_iter().map(|is_present| if is_present { marks.next() } else { None }).collect()
}

/// A response with given marks.
fn draw_response(rng: &mut Rng, days: &[NaiveDate], (nps, csat): Marks) -> Response {
    let day = *rng.pick(days);
    let region = rng.weighted(&REGIONS.map(|region| region.share));
    let mood = match csat {
        Some(4..) => Mood::Glad,
        Some(3) | None => Mood::Torn,
        Some(_) => Mood::Cross,
    };
    let is_launch_trouble = Month::of(day) == MARCH && mood == Mood::Cross && rng.per_mille(720);
    let category = if is_launch_trouble { 0 } else { rng.weighted(&[36, 22, 26, 16]) };
    let language = if rng.per_mille(820) { Language::Chinese } else { Language::English };
    // The angry write more often.
    let comment = if rng.per_mille(if mood == Mood::Cross { 860 } else { 640 }) {
        comments::draw(rng, language, mood, category, is_launch_trouble)
    } else {
        String::new()
    };
    Response { day, nps, csat, region, category, comment, language }
}

const HEADER: &str =
    "response_id,answered_on,region_code,product_category,nps,csat,comment,language";

/// Impossible recommendation marks: month, record, mark.
const IMPOSSIBLE: [(usize, u64, u8); 3] = [(3, 88, 11), (8, 41, 12), (12, 150, 11)];
/// The month whose file a spreadsheet has saved, with byte order mark and CRLF.
const SPREADSHEET: usize = 8;

/// Writes the files of the folder `survey`, and notes the bad rows.
pub(crate) fn write(responses: &[Response], bad_rows: &mut Vec<BadRow>) -> Vec<SampleFile> {
    let numbered: Vec<(usize, &Response)> = (1..).zip(responses).collect();
    Month::all()
        .map(|month| {
            let of_month: Vec<_> = numbered
                .iter()
                .filter(|(_, response)| Month::of(response.day) == month)
                .copied()
                .collect();
            month_file(month, &of_month, bad_rows)
        })
        .collect()
}

/// The file of a month.
fn month_file(
    month: Month,
    responses: &[(usize, &Response)],
    bad_rows: &mut Vec<BadRow>,
) -> SampleFile {
    let path = format!("survey/responses-{}.csv", month.label());
    let mut csv =
        if month.0 == SPREADSHEET { Csv::from_spreadsheet(HEADER) } else { Csv::new(HEADER) };
    let mut record = 0;
    for (number, response) in responses {
        record += 1;
        if let Some((_, _, mark)) =
            IMPOSSIBLE.iter().find(|(index, at, _)| (*index, *at) == (month.0, record))
        {
            let place = (path.as_str(), record, csv.next_line());
            let rule = ("nps", "range", "from 0 to 10");
            bad_rows.push(BadRow::new("responses", place, rule, &mark.to_string()));
            let mut cells = cells(90_000 + month.0, response);
            cells[4] = mark.to_string();
            csv.push(&cells);
            record += 1;
        }
        csv.push(&cells(*number, response));
    }
    csv.into_file(path)
}

/// The cells of a response; one in two missing marks is written as `N/A`.
fn cells(number: usize, response: &Response) -> Vec<String> {
    let mark = |mark: Option<u8>| mark.map(|mark| mark.to_string());
    let missing = if number.is_multiple_of(2) { "N/A" } else { "" };
    let language = match response.language {
        Language::Chinese => "zh",
        Language::English => "en",
    };
    vec![
        format!("R{number:05}"),
        response.day.to_string(),
        REGIONS[response.region].code.to_owned(),
        CATEGORIES[response.category].to_owned(),
        mark(response.nps).unwrap_or_else(|| missing.to_owned()),
        mark(response.csat).unwrap_or_default(),
        response.comment.clone(),
        language.to_owned(),
    ]
}
