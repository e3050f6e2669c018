// dbeta = sumDy, dgamma = sumDyXhat.
fn thread(c: u32) {
  store_dbeta(c, load_sums(c));
  store_dgamma(c, load_sums(C4 + c));
}
