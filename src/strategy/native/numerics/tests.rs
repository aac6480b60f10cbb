//! Against CPython, and against numpy where CBT_TEST_PYTHON_PANDAS names an interpreter that has it.

use super::ewm::{self, Decay};
use super::rolling::{self, Window};
use super::{SumPolicy, Windows};
use crate::strategy::native::ir::{FloatOp, IntOp, Reduction, UnaryOp};
use crate::strategy::native::machine::{arithmetic, reduce};
use crate::strategy::native::numerics;
use std::io::Write;
use std::process::{Command, Stdio};

/// Marsaglia's xorshift.
struct Draw(u64);

impl Draw {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.word() >> 11) % limit
    }

    fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Prices, returns, halves of decimals, and whatever 64 bits can be.
    fn float(&mut self) -> f64 {
        let sign = if self.below(2) == 0 { 1.0 } else { -1.0 };
        sign * match self.below(12) {
            0 => f64::from_bits(self.word()),
            1 => [0.0, 1.0, 2.0, f64::INFINITY, f64::NAN, f64::MAX, f64::MIN_POSITIVE, 5e-324][self.below(8) as usize],
            2 => f64::from_bits(self.word() >> 12),
            3 => self.below(100) as f64 + 0.5,
            4 => (self.below(100_000) as f64 + 0.5) / 10_f64.powi(self.below(6) as i32),
            5 => 1e300 * self.unit(),
            6 => 2_f64.powi(self.below(60) as i32 - 30),
            7 => self.unit() * 0.02 - 0.01,
            _ => (self.unit() * 20_000.0).round() / 100.0,
        }
    }

    fn finite(&mut self) -> f64 {
        loop {
            let x = self.float();
            if x.is_finite() {
                return x;
            }
        }
    }

    /// Mostly of one scale, as a window of prices is; sometimes of all.
    fn list(&mut self, longest: u64) -> Vec<f64> {
        let length = self.below(longest + 1);
        match self.below(4) {
            0 => (0..length).map(|_| self.float()).collect(),
            1 => (0..length).map(|_| self.finite()).collect(),
            2 => (0..length).map(|_| self.unit() * 0.04 - 0.02).collect(),
            _ => (0..length).map(|_| 100.0 + (self.unit() * 2_000.0).round() / 100.0).collect(),
        }
    }
}

struct Case {
    question: String,
    /// None bails.
    answer: Option<u64>,
    float: bool,
    /// May bail although Python answers.
    open: bool,
}

fn ask(python: &str, argument: &str, questions: &[Case]) -> Vec<Option<u64>> {
    let mut child = Command::new(python)
        .args(["-c", include_str!("oracle.py"), argument])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text: String = questions.iter().map(|case| case.question.clone() + "\n").collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(|line| u64::from_str_radix(line, 16).ok()).collect()
}

fn agree(python: &str, argument: &str, cases: &[Case]) {
    let answers = ask(python, argument, cases);
    assert_eq!(answers.len(), cases.len());
    let mut answered = 0;
    for (case, answer) in cases.iter().zip(answers) {
        let nan = |word: Option<u64>| case.float && word.is_some_and(|word| f64::from_bits(word).is_nan());
        let same = case.answer == answer || (nan(case.answer) && nan(answer)) || (case.open && case.answer.is_none());
        let shown = |word: Option<u64>| word.map(f64::from_bits);
        assert!(
            same,
            "{}: {:x?} {:?}, Python {answer:x?} {:?}",
            case.question,
            case.answer,
            shown(case.answer),
            shown(answer)
        );
        answered += usize::from(case.answer.is_some());
    }
    assert!(answered * 4 > cases.len(), "only {answered} of {} were answered", cases.len());
}

fn words(name: &str, words: impl IntoIterator<Item = u64>) -> String {
    words.into_iter().fold(name.to_owned(), |text, word| text + &format!(" {word:x}"))
}

fn bits(values: &[f64]) -> impl Iterator<Item = u64> {
    values.iter().map(|x| x.to_bits())
}

#[test]
fn single_instructions_are_pythons() {
    let mut draw = Draw(7);
    let mut cases = Vec::new();
    for _ in 0..20_000 {
        for op in [FloatOp::Pow, FloatOp::FloorDiv, FloatOp::Mod, FloatOp::Div, FloatOp::Atan2, FloatOp::Copysign] {
            let (a, b) = (draw.float(), if draw.below(4) == 0 { 2.0 } else { draw.float() });
            let answer = arithmetic::float(op, a, b).map(f64::to_bits);
            let question = words(op.name(), [a.to_bits(), b.to_bits()]);
            let open = op == FloatOp::Copysign && b.is_nan();
            cases.push(Case { question, answer, float: true, open });
        }
        for op in [IntOp::FloorDiv, IntOp::Mod] {
            let (a, b) = (draw.word() as i64 >> draw.below(64), draw.word() as i64 >> draw.below(64));
            let answer = arithmetic::int(op, a, b).map(|value| value as u64);
            cases.push(Case { question: words(op.name(), [a as u64, b as u64]), answer, float: false, open: false });
        }
        for op in UnaryOp::ALL {
            use UnaryOp::*;
            let float = match op {
                Sqrt | Exp | Log | Log2 | Log10 | Log1p | Expm1 | Sin | Cos | Tan | Atan | Tanh => true,
                Floor | Ceil | Trunc | Round => false,
                _ => continue,
            };
            let x = draw.float();
            let answer = arithmetic::unary(*op, x.to_bits());
            cases.push(Case { question: words(op.name(), [x.to_bits()]), answer, float, open: false });
        }
    }
    agree("python3", "", &cases);
}

#[test]
fn squares_go_through_the_platforms_pow() {
    let mut draw = Draw(11);
    let xs: Vec<f64> =
        (0..100_000).map(|_| if draw.below(3) == 0 { draw.float() } else { draw.unit() * 100.0 }).collect();
    let square = |&x: &f64| numerics::pow(x, 2.0).map(f64::to_bits);
    let cases: Vec<Case> = xs
        .iter()
        .map(|x| {
            let question = words("float.pow", [x.to_bits(), 2.0_f64.to_bits()]);
            Case { question, answer: square(x), float: true, open: false }
        })
        .collect();
    agree("python3", "", &cases);
    // Many at once are what each of them is.
    let mut none = 0;
    for few in xs.chunks(45) {
        let mut squares = vec![0.0; few.len()];
        let found = numerics::squares(few, &mut squares).map(|()| squares.into_iter().map(f64::to_bits).collect());
        assert_eq!(found, few.iter().map(square).collect::<Option<Vec<u64>>>());
        none += usize::from(found.is_none());
    }
    assert!(none > 100, "{none}");
}

#[test]
fn rounding_to_digits_is_decimal() {
    let mut draw = Draw(13);
    let cases: Vec<Case> = (0..100_000)
        .map(|_| {
            let x = draw.float();
            let digits = if draw.below(8) == 0 { draw.below(700) as i64 - 350 } else { draw.below(12) as i64 - 4 };
            let answer = numerics::round_digits(x, digits).map(f64::to_bits);
            Case { question: words("round_digits", [x.to_bits(), digits as u64]), answer, float: true, open: false }
        })
        .collect();
    agree("python3", "", &cases);
}

fn reductions(names: &[Reduction], seed: u64, rounds: usize, longest: u64) -> Vec<Case> {
    let mut draw = Draw(seed);
    let mut cases = Vec::new();
    for _ in 0..rounds {
        let values = draw.list(longest);
        for of in names {
            let (name, number) = of.name();
            let name = number.map_or_else(|| name.to_owned(), |number| format!("{name}:{number}"));
            let answer = reduce(*of, &values, &mut Windows::default()).map(f64::to_bits);
            // What is not finite may be left to Python, and which zero numpy gives is up to its vector unit.
            let open = match name.split_once('.') {
                Some(("statistics", _)) => values.iter().any(|x| !x.is_finite()),
                Some(("numpy", _)) => bits(&values).any(|word| word == (-0.0_f64).to_bits()),
                _ => false,
            };
            cases.push(Case { question: words(&name, bits(&values)), answer, float: true, open });
        }
    }
    cases
}

const PLAIN: [Reduction; 6] = [
    Reduction::Sum(SumPolicy::Ordered),
    Reduction::Sum(SumPolicy::Neumaier),
    Reduction::Min,
    Reduction::Max,
    Reduction::Fsum,
    Reduction::Fmean,
];

#[test]
fn sums_and_extremes_are_pythons() {
    agree("python3", "", &reductions(&PLAIN, 17, 20_000, 40));
}

#[test]
fn statistics_are_pythons() {
    let names = [Reduction::StatisticsMean, Reduction::StatisticsMedian, Reduction::StatisticsStdev];
    let mut cases = reductions(&names, 19, 6_000, 40);
    let others = [Reduction::StatisticsPstdev, Reduction::StatisticsVariance, Reduction::StatisticsPvariance];
    cases.extend(reductions(&others, 23, 6_000, 40));
    agree("python3", "", &cases);
}

/// Windows over one series, of which some elements are replaced and some windows skipped.
#[test]
fn sliding_windows_answer_as_python_does() {
    let mut draw = Draw(41);
    let mut cases = Vec::new();
    for _ in 0..200 {
        let mut windows = Windows::default();
        let mut series = draw.list(60);
        series.retain(|x| x.is_finite());
        let length = 2 + draw.below(20) as usize;
        for end in 1..=series.len() {
            let values = series[end.saturating_sub(length)..end].to_vec();
            for of in [Reduction::StatisticsMean, Reduction::StatisticsStdev, Reduction::StatisticsPvariance] {
                let answer = reduce(of, &values, &mut windows).map(f64::to_bits);
                cases.push(Case { question: words(of.name().0, bits(&values)), answer, float: true, open: false });
            }
            if draw.below(10) == 0 {
                let at = draw.below(end as u64) as usize;
                series[at] = draw.finite();
            }
        }
    }
    agree("python3", "", &cases);
}

#[test]
fn numpy_reductions_are_numpys() {
    let Ok(python) = std::env::var("CBT_TEST_PYTHON_PANDAS") else {
        eprintln!("skipped: CBT_TEST_PYTHON_PANDAS names no interpreter");
        return;
    };
    let names = [
        Reduction::NumpySum,
        Reduction::NumpyMean,
        Reduction::NumpyVar { ddof: 0 },
        Reduction::NumpyVar { ddof: 1 },
        Reduction::NumpyStd { ddof: 0 },
        Reduction::NumpyStd { ddof: 1 },
        Reduction::NumpyMin,
        Reduction::NumpyMax,
        Reduction::NumpyMedian,
    ];
    let mut cases = reductions(&names, 29, 6_000, 40);
    cases.extend(reductions(&names, 31, 200, 3_000));
    let mut draw = Draw(37);
    for _ in 0..20_000 {
        let values = draw.list(40);
        let q = if draw.below(3) == 0 { draw.below(21) as f64 / 20.0 } else { draw.unit() };
        let answer = numerics::numpy::quantile(&values, q).map(f64::to_bits);
        let question = words("numpy.quantile", std::iter::once(q.to_bits()).chain(bits(&values)));
        let open = bits(&values).any(|word| word == (-0.0_f64).to_bits());
        cases.push(Case { question, answer, float: true, open });
    }
    agree(&python, "numpy", &cases);
}

/// A column with gaps, repeats and jumps: what makes running sums and their restarts go different ways.
fn column(draw: &mut Draw) -> Vec<f64> {
    let mut values = draw.list(60);
    if values.is_empty() {
        values.push(1.0);
    }
    for at in 1..values.len() {
        match draw.below(12) {
            0 => values[at] = f64::NAN,
            1..4 => values[at] = values[at - 1],
            4 => values[at] *= 1e9,
            _ => {}
        }
    }
    values
}

#[test]
fn windows_over_columns_are_pandas() {
    let Ok(python) = std::env::var("CBT_TEST_PYTHON_PANDAS") else {
        eprintln!("skipped: CBT_TEST_PYTHON_PANDAS names no interpreter");
        return;
    };
    // Its rule against cancellation is pandas 3's.
    let told = Command::new(&python).args(["-c", "import pandas; print(pandas.__version__)"]).output().unwrap();
    let restarts = String::from_utf8(told.stdout).unwrap().starts_with('3');
    let mut draw = Draw(43);
    let mut cases = Vec::new();
    let mut case = |question: String, values: &[f64], answer: &[f64]| {
        let answer = answer.last().map(|x| x.to_bits());
        // Which zero an extreme is may differ by version.
        cases.push(Case { question: words(&question, bits(values)), answer, float: true, open: false });
    };
    for _ in 0..1_500 {
        let values = column(&mut draw);
        let known = rolling::prepared(&values).into_owned();
        for (rows, least) in [(1, 1), (3, 3), (5, 1), (20, 20), (0, 0)] {
            let window = Window::Last(rows);
            for (of, answer) in [
                ("sum", rolling::sum(&known, window, least)),
                ("mean", rolling::mean(&known, window, least)),
                ("std", rolling::standard_deviation(&known, window, least, 1, restarts)),
                ("var", rolling::variance(&known, window, least, 1, restarts)),
                ("min", rolling::min(&known, window, least)),
                ("max", rolling::max(&known, window, least)),
                ("median", rolling::median(&known, window, least)),
                ("count", rolling::count(&values, window, least)),
                ("quantile", rolling::quantile(&known, window, least, 0.3)),
            ] {
                case(format!("pandas.{of}:{rows}:{least}"), &values, &answer);
            }
        }
        for (of, answer) in [
            ("sum", rolling::sum(&known, Window::All, 1)),
            ("mean", rolling::mean(&known, Window::All, 1)),
            ("std", rolling::standard_deviation(&known, Window::All, 1, 1, restarts)),
            ("min", rolling::min(&known, Window::All, 1)),
            ("max", rolling::max(&known, Window::All, 1)),
        ] {
            case(format!("pandas.{of}:all:1"), &values, &answer);
        }
        for com in [0.5, 1.0, 4.5] {
            for (adjust, word) in [(false, "False"), (true, "True")] {
                let decay = Decay { com, adjust, least: 1 };
                case(format!("pandas.ewm.mean:{com:?}:{word}"), &values, &ewm::mean(&known, decay));
                case(format!("pandas.ewm.std:{com:?}:{word}"), &values, &ewm::standard_deviation(&known, decay));
                case(format!("pandas.ewm.var:{com:?}:{word}"), &values, &ewm::variance(&known, decay));
            }
        }
    }
    agree(&python, "numpy", &cases);
}
/// As pandas 3.1.1 answers on x86-64, for machines without it.
#[test]
fn windows_are_those_of_pandas_3() {
    let values = [101.3, 101.3, 101.3, 99.7, f64::NAN, 250.1, 1000000000.0, 100.2, 100.4, 100.1, -3.5, -3.5, -3.5, 0.1];
    let known = [
        (
            rolling::sum(&values, Window::Last(3), 3),
            [
                f64::NAN,
                f64::NAN,
                303.9,
                302.29999999999995,
                f64::NAN,
                f64::NAN,
                f64::NAN,
                1000000350.3000001,
                1000000200.6,
                300.7,
                197.0,
                93.1,
                -10.5,
                -6.9,
            ],
        ),
        (
            rolling::mean(&values, Window::Last(3), 1),
            [
                101.3,
                101.3,
                101.3,
                100.76666666666665,
                100.49999999999999,
                174.9,
                500000125.05,
                333333450.1,
                333333400.2,
                100.23333333333333,
                65.66666666666667,
                31.03333333333333,
                -3.5,
                -2.3000000000000003,
            ],
        ),
        (
            rolling::standard_deviation(&values, Window::Last(3), 2, 1, true),
            [
                f64::NAN,
                0.0,
                0.0,
                0.923760430703398,
                1.131370849898472,
                106.34885989045675,
                707106604.3391415,
                577350168.066731,
                577350211.2813938,
                0.15275252316519916,
                59.90027824086741,
                59.813487888045216,
                0.0,
                2.078460969082653,
            ],
        ),
        (
            rolling::variance(&values, Window::All, 1, 0, true),
            [
                0.0,
                0.0,
                0.0,
                0.4799999999999994,
                0.4799999999999994,
                3562.086399999999,
                1.3888885257222757e+17,
                1.2244894882041275e+17,
                1.0937497330312901e+17,
                9.87654085333369e+16,
                8.999998098200429e+16,
                8.264461243967413e+16,
                7.63888757791716e+16,
                7.1005905988170664e+16,
            ],
        ),
        (
            rolling::max(&values, Window::Last(4), 2),
            [
                f64::NAN,
                101.3,
                101.3,
                101.3,
                101.3,
                250.1,
                1000000000.0,
                1000000000.0,
                1000000000.0,
                1000000000.0,
                100.4,
                100.4,
                100.1,
                0.1,
            ],
        ),
        (
            rolling::median(&values, Window::Last(4), 2),
            [
                f64::NAN,
                101.3,
                101.3,
                101.3,
                101.3,
                101.3,
                250.1,
                250.1,
                175.25,
                100.30000000000001,
                100.15,
                48.3,
                -3.5,
                -3.5,
            ],
        ),
        (
            ewm::mean(&values, Decay { com: 2.5, adjust: false, least: 1 }),
            [
                101.3,
                101.3,
                101.3,
                100.84285714285714,
                100.84285714285714,
                154.42234432234434,
                285714396.0159602,
                204081740.06854302,
                145772700.163245,
                104123385.85946071,
                74373846.04247195,
                53124174.74462282,
                37945838.10330202,
                27104170.102358583,
            ],
        ),
        (
            ewm::mean(&values, Decay { com: 2.5, adjust: true, least: 3 }),
            [
                f64::NAN,
                f64::NAN,
                101.3,
                100.68198198198198,
                100.68198198198198,
                165.06192991001615,
                376255363.858891,
                246440872.1388962,
                166174610.57925782,
                114132289.32274722,
                79343926.28959084,
                55612419.852294065,
                39198584.84586552,
                27737353.126337778,
            ],
        ),
        (
            ewm::standard_deviation(&values, Decay { com: 1.0, adjust: true, least: 1 }),
            [
                f64::NAN,
                0.0,
                0.0,
                1.0119288512538778,
                1.0119288512538778,
                98.85980376270226,
                650160915.6475487,
                561434542.3876476,
                417962683.29895073,
                301305330.5365646,
                214852464.71428058,
                152520571.60086012,
                108052868.49612753,
                76476105.62252997,
            ],
        ),
    ];
    for (at, (found, expected)) in known.iter().enumerate() {
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{at}: {found:?}");
    }
}
