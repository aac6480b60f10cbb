use super::plot::{self, Key, draw_reference, draw_x, draw_y};
use super::scale::Scale;
use super::svg::polyline;
use super::{Axis, Caption};

/// Points with a part to play, such as the trials of a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scatter {
    pub caption: Caption,
    pub x: Axis,
    pub y: Axis,
    pub dots: Vec<Dot>,
    /// Draws a line through the dots of the front, from left to right.
    pub join_front: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    pub x: f64,
    pub y: f64,
    pub role: Role,
    /// A trial without one is drawn in fewer bytes.
    pub tip: String,
}

/// What a dot stands for; later ones are drawn on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Trial,
    /// One step beside the challenger.
    Neighbour,
    /// Not beaten in every objective at once.
    Front,
    Incumbent,
    Challenger,
}

impl Role {
    const ALL: [Self; 5] = [Self::Trial, Self::Neighbour, Self::Front, Self::Incumbent, Self::Challenger];

    const fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Neighbour => "neighbour of the challenger",
            Self::Front => "Pareto front",
            Self::Incumbent => "incumbent",
            Self::Challenger => "challenger",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Trial => "t-muted",
            Self::Neighbour => "t-band",
            Self::Front => "t-1",
            Self::Incumbent => "t-other",
            Self::Challenger => "t-main",
        }
    }
}

impl Scatter {
    /// None without a dot whose places are finite.
    pub fn svg(&self) -> Option<String> {
        let mut dots: Vec<&Dot> = self.dots.iter().filter(|dot| dot.x.is_finite() && dot.y.is_finite()).collect();
        dots.sort_by_key(|dot| dot.role);
        let shown = |role: &Role| dots.iter().any(|dot| dot.role == *role);
        let key = |role: Role| Key { name: role.name(), class: role.class().to_owned() };
        let keys: Vec<Key<'_>> = Role::ALL.into_iter().filter(shown).map(key).collect();
        let (mut svg, area) = plot::open("scatter", &self.caption, &self.y, &keys);
        let x = Scale::over(dots.iter().map(|dot| dot.x), area.left + 6.0, area.right - 6.0)?;
        let y = Scale::over(dots.iter().map(|dot| dot.y), area.bottom, area.top)?.rounded(self.y.unit, 5);
        draw_y(&mut svg, area, y, &self.y);
        draw_x(&mut svg, area, x, &self.x);
        draw_reference(&mut svg, area, y, Some(0.0));
        if self.join_front {
            let mut front: Vec<(f64, f64)> =
                dots.iter().filter(|dot| dot.role == Role::Front).map(|dot| (dot.x, dot.y)).collect();
            front.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            svg.path(
                "line thin t-1",
                &polyline(front.into_iter().map(|(at, value)| (x.place(at), y.place(value)))),
                "",
            );
        }
        let bare = |dot: &&&Dot| dot.role == Role::Trial && dot.tip.is_empty();
        let specks: String = dots
            .iter()
            .filter(bare)
            .fold(String::new(), |path, dot| format!("{path}M{:.0} {:.0}h0", x.place(dot.x), y.place(dot.y)));
        if !specks.is_empty() {
            svg.path("specks t-muted", &specks, "");
        }
        for dot in dots.iter().filter(|dot| !bare(dot)) {
            let (at, class) = ((x.place(dot.x), y.place(dot.y)), dot.role.class());
            match dot.role {
                Role::Challenger | Role::Incumbent => svg.dot(&format!("dot ringed {class}"), at, 5.5, &dot.tip),
                Role::Front | Role::Neighbour => svg.dot(&format!("dot {class}"), at, 4.0, &dot.tip),
                Role::Trial => svg.dot(&format!("dot {class}"), at, 3.0, &dot.tip),
            }
        }
        Some(svg.close())
    }
}
