//! Who decides whether a block runs: post-dominance and control dependence (Ferrante, Ottenstein & Warren 1987, ACM
//! TOPLAS 9, 319-349) over the ways that end in an answer. A way that can only bail is no way: its branch is a guard.

use crate::strategy::native::ir::{BlockId, End, Function};
use std::collections::BTreeSet;

/// A block's branch and the arm that is taken: true is yes.
pub(super) type Way = (usize, bool);

pub(super) struct Graph {
    /// Reached from the entry, and an answer is reached from it.
    pub live: Vec<bool>,
    /// None: nothing but the end comes after every way.
    pub postdominator: Vec<Option<usize>>,
    /// Branches that decide, directly or not, whether the block runs.
    pub control: Vec<BTreeSet<Way>>,
    /// The block can run twice in one bar.
    pub cyclic: Vec<bool>,
}

/// Two arms.
pub(super) fn arms(end: &End) -> Option<[(usize, bool); 2]> {
    match end {
        End::Branch { yes: BlockId(yes), no: BlockId(no), .. } => Some([(*yes as usize, true), (*no as usize, false)]),
        _ => None,
    }
}

impl Graph {
    pub fn of(function: &Function) -> Self {
        let count = function.blocks.len();
        let answers = |block: usize| matches!(function.blocks[block].end, End::Return { .. });
        let all: Vec<Vec<usize>> = (0..count)
            .map(|block| function.blocks[block].end.successors().map(|next| next.0 as usize).collect())
            .collect();
        let mut ends: Vec<bool> = (0..count).map(answers).collect();
        settle(|| {
            (0..count).rev().fold(false, |changed, block| {
                let now = ends[block] || all[block].iter().any(|&next| ends[next]);
                changed | (std::mem::replace(&mut ends[block], now) != now)
            })
        });
        let next: Vec<Vec<usize>> =
            all.iter().map(|next| next.iter().copied().filter(|&next| ends[next]).collect()).collect();
        let from_entry = reached(&next, &[0]);
        let live: Vec<bool> = (0..count).map(|block| ends[block] && from_entry[block]).collect();
        let cyclic = (0..count).map(|block| live[block] && reached(&next, &next[block])[block]).collect();
        let post = post(&next, &live);
        let postdominator = (0..count)
            .map(|block| {
                let nearest = |other: &usize| *other != block && post[*other].len() + 1 == post[block].len();
                post[block].iter().copied().find(nearest)
            })
            .collect();
        let mut control = vec![BTreeSet::new(); count];
        for block in (0..count).filter(|&block| live[block]) {
            let Some(arms) = arms(&function.blocks[block].end) else { continue };
            if !arms.iter().all(|(to, _)| ends[*to]) {
                continue;
            }
            for (to, yes) in arms {
                for &decided in post[to].iter().filter(|other| **other == block || !post[block].contains(other)) {
                    control[decided].insert((block, yes));
                }
            }
        }
        settle(|| {
            (0..count).fold(false, |changed, block| {
                let further: BTreeSet<Way> =
                    control[block].iter().flat_map(|(by, _)| control[*by].iter().copied()).collect();
                let before = control[block].len();
                control[block].extend(further);
                changed | (control[block].len() != before)
            })
        });
        Self { live, postdominator, control, cyclic }
    }
}

fn settle(mut round: impl FnMut() -> bool) {
    while round() {}
}

fn reached(next: &[Vec<usize>], from: &[usize]) -> Vec<bool> {
    let mut seen = vec![false; next.len()];
    let mut pending = from.to_vec();
    while let Some(block) = pending.pop() {
        if !std::mem::replace(&mut seen[block], true) {
            pending.extend(&next[block]);
        }
    }
    seen
}

/// Per live block the blocks on every way from it to the end, itself among them.
fn post(next: &[Vec<usize>], live: &[bool]) -> Vec<BTreeSet<usize>> {
    let all: BTreeSet<usize> = (0..next.len()).filter(|&block| live[block]).collect();
    let mut post: Vec<BTreeSet<usize>> =
        live.iter().map(|live| if *live { all.clone() } else { BTreeSet::new() }).collect();
    settle(|| {
        all.iter().rev().fold(false, |changed, &block| {
            let mut met = next[block]
                .iter()
                .map(|&next| post[next].clone())
                .reduce(|one, other| one.intersection(&other).copied().collect())
                .unwrap_or_default();
            met.insert(block);
            changed | (std::mem::replace(&mut post[block], met.clone()) != met)
        })
    });
    post
}
