//! Functions with a known minimum, on which samplers are compared. Shared by the tests and the benchmark.

use std::f64::consts::{E, PI};

pub struct Surface {
    pub name: &'static str,
    pub ranges: &'static [(f64, f64)],
    /// To be minimised.
    pub of: fn(&[f64]) -> f64,
    pub minimum: f64,
    /// Median best of 20 seeds at 50, 100 and 200 trials, measured with the plain `tpe` crate and at random.
    pub tpe: [f64; 3],
    pub random: [f64; 3],
}

#[expect(clippy::approx_constant, reason = "a measured minimum that happens to be near -π")]
pub const ALL: [Surface; 4] = [
    Surface {
        name: "branin",
        ranges: &[(-5.0, 10.0), (0.0, 15.0)],
        of: branin,
        minimum: 0.397_887,
        tpe: [0.732, 0.427, 0.404],
        random: [0.904, 0.826, 0.605],
    },
    Surface {
        name: "hartmann6",
        ranges: &[(0.0, 1.0); 6],
        of: hartmann6,
        minimum: -3.322_37,
        tpe: [-2.26, -2.96, -3.14],
        random: [-1.77, -1.98, -2.10],
    },
    Surface {
        name: "ackley5",
        ranges: &[(-32.768, 32.768); 5],
        of: ackley5,
        minimum: 0.0,
        tpe: [12.1, 8.2, 5.6],
        random: [18.9, 17.8, 16.9],
    },
    Surface {
        name: "rosenbrock4",
        ranges: &[(-5.0, 10.0); 4],
        of: rosenbrock4,
        minimum: 0.0,
        tpe: [365.0, 56.0, 6.9],
        random: [2067.0, 1079.0, 889.0],
    },
];

fn branin(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    (b - 5.1 / (4.0 * PI * PI) * a * a + 5.0 / PI * a - 6.0).powi(2) + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * a.cos() + 10.0
}

const A: [[f64; 6]; 4] = [
    [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
    [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
    [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
    [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
];
const P: [[f64; 6]; 4] = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

fn hartmann6(x: &[f64]) -> f64 {
    let peak = |row: usize| -> f64 { (0..6).map(|i| A[row][i] * (x[i] - P[row][i]).powi(2)).sum() };
    -[1.0, 1.2, 3.0, 3.2].iter().enumerate().map(|(row, height)| height * (-peak(row)).exp()).sum::<f64>()
}

fn ackley5(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let square = x.iter().map(|v| v * v).sum::<f64>() / n;
    let wave = x.iter().map(|v| (2.0 * PI * v).cos()).sum::<f64>() / n;
    -20.0 * (-0.2 * square.sqrt()).exp() - wave.exp() + 20.0 + E
}

fn rosenbrock4(x: &[f64]) -> f64 {
    x.windows(2).map(|v| 100.0 * (v[1] - v[0] * v[0]).powi(2) + (1.0 - v[0]).powi(2)).sum()
}
