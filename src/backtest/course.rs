use super::{FAN, Fan};

/// Steps into which one course is cut where it has more bars.
pub const LINE_STEPS: usize = 80;
/// Of a fan, whose quantiles are smooth.
pub const FAN_STEPS: usize = 30;

/// How equity went from start to end, thinned to what a picture can show.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Equity over initial capital after the bars of [`places`].
    pub growth: Vec<f64>,
    /// Deepest fall from the peak so far since the place before, as a fraction in [-1, 0]: no trough is thinned away.
    pub drawdown: Vec<f64>,
}

/// Numbers of bars after which a course is looked at: none, then up to `steps` others, the last of them all.
pub fn places(bars: usize, steps: usize) -> Vec<usize> {
    let steps = bars.min(steps).max(1);
    (0..=steps).map(|step| step * bars / steps).collect()
}

impl Course {
    /// Of simple returns per bar. What is lost is lost: after ruin nothing moves any more.
    pub fn of(returns: &[f64], steps: usize) -> Self {
        let places = places(returns.len(), steps);
        let mut course = Self { growth: Vec::with_capacity(places.len()), drawdown: Vec::with_capacity(places.len()) };
        let (mut equity, mut peak) = (1.0_f64, 1.0_f64);
        let mut from = 0;
        for place in places {
            let mut deepest = equity / peak - 1.0;
            for change in &returns[from..place] {
                if equity > 0.0 {
                    equity *= 1.0 + change;
                }
                peak = peak.max(equity);
                deepest = deepest.min(equity / peak - 1.0);
            }
            course.growth.push(equity);
            course.drawdown.push(deepest.max(-1.0));
            from = place;
        }
        course
    }
}

/// The quantiles at [`FAN`] of several courses of the same length, place by place.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseFan {
    pub growth: Vec<[f64; FAN.len()]>,
    pub drawdown: Vec<[f64; FAN.len()]>,
}

impl CourseFan {
    /// None without a course, or where one is shorter than the first or has an equity that is not finite.
    pub fn over(courses: &[&Course]) -> Option<Self> {
        let fan = |of: &dyn Fn(&Course) -> &[f64]| -> Option<Vec<[f64; FAN.len()]>> {
            let places = of(courses.first()?).len();
            (0..places)
                .map(|place| {
                    let values: Option<Vec<f64>> =
                        courses.iter().map(|course| of(course).get(place).copied()).collect();
                    Fan::over(values?.into_iter().map(Ok)).quantiles.ok()
                })
                .collect()
        };
        Some(Self { growth: fan(&|course| &course.growth)?, drawdown: fan(&|course| &course.drawdown)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_begins_with_the_capital_and_ends_with_the_last_bar() {
        let course = Course::of(&[0.5, -0.5, 0.2], LINE_STEPS);
        assert_eq!(course.growth, [1.0, 1.5, 0.75, 0.75 * 1.2]);
        assert_eq!(course.drawdown, [0.0, 0.0, -0.5, -0.5]);
        let long = places(10_007, 120);
        assert_eq!((long.len(), long[0], long[120]), (121, 0, 10_007));
        assert!(long.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(places(0, 9), [0, 0]);
    }

    #[test]
    fn a_trough_between_two_places_is_not_thinned_away() {
        let mut returns = vec![0.0; 1_200];
        (returns[603], returns[605]) = (-0.4, 1.0 / 0.6 - 1.0);
        let course = Course::of(&returns, 120);
        assert!((course.drawdown[61] + 0.4).abs() < 1e-12, "{:?}", &course.drawdown[58..64]);
        assert!(course.growth.iter().all(|growth| (growth - 1.0).abs() < 1e-12));
    }

    #[test]
    fn ruin_is_the_end() {
        let course = Course::of(&[-1.25, f64::NAN, f64::NAN], 9);
        assert_eq!(course.growth, [1.0, -0.25, -0.25, -0.25]);
        assert_eq!(course.drawdown, [0.0, -1.0, -1.0, -1.0]);
    }

    #[test]
    fn quantiles_are_taken_place_by_place() {
        let courses: Vec<Course> = (0..=100).map(|n| Course::of(&[f64::from(n) / 100.0, 0.0], FAN_STEPS)).collect();
        let fan = CourseFan::over(&courses.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(fan.growth[0], [1.0; 5]);
        assert_eq!(fan.growth[2], [1.05, 1.25, 1.5, 1.75, 1.95]);
        assert_eq!(fan.drawdown[2], [0.0; 5]);
        assert_eq!(CourseFan::over(&[]), None);
    }
}
