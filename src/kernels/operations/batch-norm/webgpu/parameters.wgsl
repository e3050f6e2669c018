// dbeta = sumDy, dgamma = sumDyXhat.
//
// reads    sums    [2, C]
// writes   dgamma  [C]
// writes   dbeta   [C]
// extents  C4

fn thread(c: u32) {
  store_dbeta(c, load_sums(c));
  store_dgamma(c, load_sums(C4 + c));
}
