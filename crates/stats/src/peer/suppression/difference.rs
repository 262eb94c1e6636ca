//! Two reports whose difference shows somebody.

use super::Floor;

/// Whether a group may be shown after others were: what one has and the other has not is nobody, or enough peers.
///
/// Groups are lists of the numbers of their peers, in any order. Two groups without a common peer reveal nothing of
/// each other.
pub fn differences_are_safe(next: &[u64], shown: &[&[u64]], floor: &Floor) -> bool {
    let next = sorted(next);
    shown.iter().all(|before| {
        let before = sorted(before);
        let (gone, came) = (without(&before, &next), without(&next, &before));
        let apart = gone == before.len();
        let safe = |peers: usize| peers == 0 || peers >= floor.fewest();
        apart || (safe(gone) && safe(came))
    })
}

fn sorted(group: &[u64]) -> Vec<u64> {
    let mut group = group.to_vec();
    group.sort_unstable();
    group.dedup();
    group
}

fn without(group: &[u64], other: &[u64]) -> usize {
    group.iter().filter(|peer| other.binary_search(peer).is_err()).count()
}
