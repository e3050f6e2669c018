// sumDy[c] = sum over q of dinput[q, c], sumDyXhat[c] = sum over q of dinput[q, c] * xhat[q, c].
// Rung 1: the formula as written, all pixels in one thread. A thread has the 4 channels that one store holds.
//
// reads    dinput     [N, H, W, C]
// writes   sumDy      [C]
// writes   sumDyXhat  [C]
// words    images, height, width, channels, c4

fn thread(i: u32) {
  var sumDy = vec4f();
  var sumDyXhat = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - 4u * i); lane++) {
    let c = 4u * i + lane;
    for (var q = 0u; q < images() * height() * width(); q++) {
      let dinput = element_dinput(4u * q * c4() + c);
      sumDy[lane] += dinput;
      sumDyXhat[lane] += dinput * xhat(q, c);
    }
  }
  store_sumDy(i, sumDy);
  store_sumDyXhat(i, sumDyXhat);
}
