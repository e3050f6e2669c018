// Nodes of a recurrent cell, four elements at a time. Activations are computed again in the backward pass. See
// definition.ts for the formulas.
import { sigmoid, tanh } from '../../../wasm/assembly/activations.as.ts';
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** An absent activation, a coefficient of 1, or the address of one. */
const ABSENT: usize = 0;
const UNIT: usize = 1;

// @ts-ignore: decorator
@inline
function coefficient(args: usize, word: i32): v128 {
  const at = pointer(args, word);
  if (at == ABSENT) return f32x4.splat(0);
  return at == UNIT ? f32x4.splat(1) : v128.load_splat<f32>(at);
}

/** All bits of the lanes below `channels`, where `first` is the channel of the first lane. */
// @ts-ignore: decorator
@inline
function within(first: i32, channels: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), i32x4.splat(channels));
}

/**
 * args: y, channels, lanes, rows, rows a chunk, edges, then by edge: state, product, and the coefficients of tanh, ReLU,
 * sigmoid and identity.
 */
export function highwayForward(args: usize, chunk: i32): void {
  const channels = integer(args, 1);
  const lanes = integer(args, 2);
  const row = lanes << 2;
  const perChunk = integer(args, 4);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 3) - first);
  const edges = integer(args, 5);
  let edge = args + 24;
  for (let e = 0; e < edges; e++) {
    const state = pointer(edge, 0) + <usize>first * row;
    const product = pointer(edge, 1) + ((<usize>first * row) << 1);
    const y = pointer(args, 0) + <usize>first * row;
    const aTanh = coefficient(edge, 2);
    const aRelu = coefficient(edge, 3);
    const aSigmoid = coefficient(edge, 4);
    const aIdentity = coefficient(edge, 5);
    const all = f32x4.add(f32x4.add(aTanh, aRelu), f32x4.add(aSigmoid, aIdentity));
    const hasTanh = pointer(edge, 2) != ABSENT;
    const hasSigmoid = pointer(edge, 4) != ABSENT;
    for (let n = 0; n < count; n++) {
      const s = state + n * row;
      const c = product + ((n * row) << 1);
      const to = y + n * row;
      for (let at = 0; at < row; at += 16) {
        const h = v128.load(c + row + at);
        let f = f32x4.mul(aIdentity, h);
        f = f32x4.add(f, f32x4.mul(aRelu, f32x4.max(f32x4.splat(0), h)));
        if (hasTanh) f = f32x4.add(f, f32x4.mul(aTanh, tanh(h)));
        if (hasSigmoid) f = f32x4.add(f, f32x4.mul(aSigmoid, sigmoid(h)));
        const carried = f32x4.mul(all, v128.load(s + at));
        const gate = sigmoid(v128.load(c + at));
        const value = f32x4.add(carried, f32x4.mul(gate, f32x4.sub(f, carried)));
        const sum = e == 0 ? value : f32x4.add(v128.load(to + at), value);
        // sigmoid(0) is not 0: spare lanes are cleared.
        v128.store(to + at, v128.and(sum, within(at >> 2, channels)));
      }
    }
    edge += 24;
  }
}

// @ts-ignore: decorator
@inline
function put(to: usize, value: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), value) : value);
}

// @ts-ignore: decorator
@inline
function addTotal(to: usize, lanes: v128): void {
  const low = <f64>f32x4.extract_lane(lanes, 0) + <f64>f32x4.extract_lane(lanes, 1);
  const high = <f64>f32x4.extract_lane(lanes, 2) + <f64>f32x4.extract_lane(lanes, 3);
  store<f64>(to, load<f64>(to) + (low + high));
}

/**
 * One edge. args: state, product, and the coefficients of tanh, ReLU, sigmoid and identity; dy, lanes, rows, rows a
 * chunk, dstate or 0, add, dproduct or 0, add, partials or 0. A partial: an f64 for each activation's coefficient.
 */
export function highwayBackward(args: usize, chunk: i32): void {
  const row = integer(args, 7) << 2;
  const perChunk = integer(args, 9);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 8) - first);
  const state = pointer(args, 0) + <usize>first * row;
  const product = pointer(args, 1) + ((<usize>first * row) << 1);
  const dy = pointer(args, 6) + <usize>first * row;
  const dstate = pointer(args, 10);
  const dproduct = pointer(args, 12);
  const addState = integer(args, 11) != 0;
  const addProduct = integer(args, 13) != 0;
  const partials = pointer(args, 14);
  const partial = partials + (<usize>chunk << 5);
  const aTanh = coefficient(args, 2);
  const aRelu = coefficient(args, 3);
  const aSigmoid = coefficient(args, 4);
  const aIdentity = coefficient(args, 5);
  const all = f32x4.add(f32x4.add(aTanh, aRelu), f32x4.add(aSigmoid, aIdentity));
  const hasTanh = pointer(args, 2) != ABSENT;
  const hasSigmoid = pointer(args, 4) != ABSENT;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (partials) memory.fill(partial, 0, 32);
  for (let n = 0; n < count; n++) {
    let dotTanh = zero, dotRelu = zero, dotSigmoid = zero, dotIdentity = zero;
    const c = product + ((n * row) << 1);
    for (let at = 0; at < row; at += 16) {
      const s = v128.load(state + n * row + at);
      const h = v128.load(c + row + at);
      const gradient = v128.load(dy + n * row + at);
      const gate = sigmoid(v128.load(c + at));
      const t = hasTanh ? tanh(h) : zero;
      const l = hasSigmoid ? sigmoid(h) : zero;
      const r = f32x4.max(zero, h);
      const open = v128.and(f32x4.gt(h, zero), one);
      let f = f32x4.add(f32x4.mul(aIdentity, h), f32x4.mul(aRelu, r));
      f = f32x4.add(f, f32x4.add(f32x4.mul(aTanh, t), f32x4.mul(aSigmoid, l)));
      let slope = f32x4.add(aIdentity, f32x4.mul(aRelu, open));
      slope = f32x4.add(slope, f32x4.mul(aTanh, f32x4.sub(one, f32x4.mul(t, t))));
      slope = f32x4.add(slope, f32x4.mul(aSigmoid, f32x4.mul(l, f32x4.sub(one, l))));
      const closed = f32x4.mul(gradient, f32x4.sub(one, gate));
      const through = f32x4.mul(gradient, gate);
      if (dstate) put(dstate + <usize>(first + n) * row + at, f32x4.mul(closed, all), addState);
      if (dproduct) {
        const to = dproduct + ((<usize>(first + n) * row) << 1) + at;
        const apart = f32x4.sub(f, f32x4.mul(all, s));
        put(to, f32x4.mul(f32x4.mul(closed, gate), apart), addProduct);
        put(to + row, f32x4.mul(through, slope), addProduct);
      }
      if (partials) {
        // dy * (s + g * (f - s)) = dy * (1 - g) * s + dy * g * f
        const carried = f32x4.mul(closed, s);
        dotTanh = f32x4.add(dotTanh, f32x4.add(carried, f32x4.mul(through, t)));
        dotRelu = f32x4.add(dotRelu, f32x4.add(carried, f32x4.mul(through, r)));
        dotSigmoid = f32x4.add(dotSigmoid, f32x4.add(carried, f32x4.mul(through, l)));
        dotIdentity = f32x4.add(dotIdentity, f32x4.add(carried, f32x4.mul(through, h)));
      }
    }
    if (partials) {
      addTotal(partial, dotTanh);
      addTotal(partial + 8, dotRelu);
      addTotal(partial + 16, dotSigmoid);
      addTotal(partial + 24, dotIdentity);
    }
  }
}

/** args: partials, their count by edge, edges, then by edge four places in dmix that are added to, or 0. */
export function highwayMix(args: usize, chunk: i32): void {
  const count = integer(args, 1);
  const entries = integer(args, 2) << 2;
  for (let entry = 0; entry < entries; entry++) {
    const to = pointer(args, 3 + entry);
    if (to == 0) continue;
    let from = pointer(args, 0) + ((<usize>(entry >> 2) * count) << 5) + ((entry & 3) << 3);
    let sum: f64 = 0;
    for (let i = 0; i < count; i++) {
      sum += load<f64>(from);
      from += 32;
    }
    store<f32>(to, <f32>(<f64>load<f32>(to) + sum));
  }
}
