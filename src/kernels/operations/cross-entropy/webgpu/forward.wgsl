// Probabilities of an image, its loss, and whether its largest logit is that of its label: an image a thread.
//
// reads    logits         [N, K]
// reads    labels         [N, 1]
// writes   probabilities  [N, K]
// writes   results        [N, 4], loss and hit of each image
// words    classes, classes4, smoothing
// extents  K, K4

fn thread(n: u32) {
  let row = 4u * n * K4;
  var best = 0u;
  for (var k = 1u; k < classes(); k++) {
    if (element_logits(row + k) > element_logits(row + best)) { best = k; }
  }
  let peak = element_logits(row + best);
  var sum = 0.0;
  for (var k = 0u; k < classes(); k++) {
    sum += exp(element_logits(row + k) - peak);
  }
  for (var k = 0u; k < classes4(); k++) {
    store_probabilities(n * K4 + k, within(exp(load_logits(n * K4 + k) - peak) / sum, 4u * k, K));
  }
  let label = u32(load_labels(n).x);
  // -log of the probability of class k: log(sum) - (logit_k - peak).
  var mean = 0.0;
  for (var k = 0u; k < classes(); k++) {
    mean += log(sum) - (element_logits(row + k) - peak);
  }
  let label_loss = log(sum) - (element_logits(row + label) - peak);
  let loss = (1.0 - smoothing()) * label_loss + smoothing() / f32(K) * mean;
  store_results(n, vec4f(loss, f32(label == best), 0.0, 0.0));
}
