// dlogits[n, k] = weight * (probability - truth) / images, with the smoothed truth: 4 classes of an image a thread.
//
// reads    probabilities  [N, K]
// reads    labels         [N, 1]
// updates  dlogits        [N, K]
// words    images, smoothing, weight
// consts   ACCUMULATE
// extents  K, K4

fn thread(i: u32) {
  let first = 4u * (i % K4);
  let label = u32(load_labels(i / K4).x);
  let hard = select(vec4f(), vec4f(1.0 - smoothing()), first + vec4u(0u, 1u, 2u, 3u) == vec4u(label));
  let truth = within(hard + smoothing() / f32(K), first, K);
  let gradient = weight() * (load_probabilities(i) - truth) / f32(images());
  store_dlogits(i, select(vec4f(), load_dlogits(i), ACCUMULATE) + gradient);
}
