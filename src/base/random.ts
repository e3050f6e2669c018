// Counter-based random numbers (Philox4x32-10; Salmon et al. 2011, "Parallel random numbers: as easy as
// 1, 2, 3"). A stream is a key and a counter, so its state is six integers, streams split by label without
// touching their parent, and equal seeds give equal numbers on every machine.

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

/** Plain data; `Random.restore` continues exactly where `state()` was taken. */
export interface RandomState {
  readonly key: readonly [number, number];
  readonly counter: readonly [number, number, number, number];
  /** Words of the current block already handed out, 0 to 4. */
  readonly used: number;
}

type Block = [number, number, number, number];

/** High and low 32 bits of a 32 x 32 bit product. */
function multiply(a: number, b: number): [high: number, low: number] {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middleLow = aLow * bHigh + (middle & 0xffff);
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + (middleLow >>> 16);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

/** One block of four 32-bit words: the published function, checked against its known answers. */
export function philox(counter: Readonly<Block>, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const [high0, low0] = multiply(multiplier0, c0);
    const [high1, low1] = multiply(multiplier1, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** 64 bits of a label's characters (FNV-1a, twice with different offsets). */
function hashLabel(label: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x01000193) ^ (b >>> 15);
  }
  return [a >>> 0, b >>> 0];
}

export class Random {
  private readonly key: readonly [number, number];
  private counter: Block = [0, 0, 0, 0];
  private block: Block = [0, 0, 0, 0];
  private used = 4;

  private constructor(key: readonly [number, number]) {
    this.key = key;
  }

  /** A stream from a seed, an integer from 0 to 2^53 - 1. */
  static fromSeed(seed: number): Random {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`seed ${seed} is not a whole number >= 0`);
    return new Random([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]);
  }

  static restore(state: RandomState): Random {
    const random = new Random([...state.key]);
    random.counter = [...state.counter];
    random.used = state.used;
    if (state.used < 4) random.block = philox(random.previousCounter(), random.key);
    return random;
  }

  state(): RandomState {
    return { key: [...this.key], counter: [...this.counter], used: this.used };
  }

  /** An independent stream for a purpose (and an index); it does not depend on what this one has drawn. */
  split(label: string, index = 0): Random {
    const [a, b] = hashLabel(label);
    const mixed = philox([a, b, index >>> 0, 0x73706c74], this.key);
    return new Random([mixed[0], mixed[1]]);
  }

  /** 32 random bits. */
  uint32(): number {
    if (this.used === 4) {
      this.block = philox(this.counter, this.key);
      this.advance();
      this.used = 0;
    }
    return this.block[this.used++]!;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x4000000 + low) / 2 ** 53;
  }

  /** A whole number in [0, bound), without modulo bias; bound at most 2^32. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = this.uint32();
      if (word < limit) return word % bound;
    }
  }

  /** Standard normal (Marsaglia's polar method, one of the pair). */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** The numbers 0 to length - 1 in random order (Fisher-Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  private advance(): void {
    for (let i = 0; i < 4; i++) {
      this.counter[i] = (this.counter[i]! + 1) >>> 0;
      if (this.counter[i] !== 0) return;
    }
  }

  private previousCounter(): Block {
    const counter: Block = [...this.counter];
    for (let i = 0; i < 4; i++) {
      counter[i] = (counter[i]! - 1) >>> 0;
      if (counter[i] !== 0xffffffff) break;
    }
    return counter;
  }
}
