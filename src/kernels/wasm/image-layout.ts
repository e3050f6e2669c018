// How fans and depthwise convolutions cut their work: chunks of groups of images, and the buffers of a thread's scratch.
// Decided by shapes alone. image-layout.as.ts reads the same words.
//
// Small images are taken in groups of four or more. Of tiny ones the same pixel of 4 images makes a block in registers,
// no padding is read and no tap is wasted; of others 4 or 8 pixels of a row that is padded by zeros.

/** Convolutions: input [N, H, W, C] to output [N, ceil(H/s), ceil(W/s), C]. */
export interface WindowShape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly stride: 1 | 2;
}

/** Of the depthwise convolutions of a stage: the largest padding of columns on one side, and all dilations. */
export interface Windows {
  readonly padding: number;
  readonly dilations: readonly number[];
}

export interface ImageLayout {
  /** The words that open a stage's arguments. */
  readonly words: readonly number[];
  /** Groups of images are divided among so many chunks; each keeps partial sums of its own. */
  readonly chunks: number;
  /** The branches are divided among so many parts, where there are few chunks. */
  readonly parts: number;
  /** Bytes of scratch. */
  readonly scratch: number;
}

/**
 * The least chunks times parts that a stage should have, so that threads end together: few where every part costs a
 * partial dx, some where each fills a source of its own, many where parts cost nothing.
 */
const minParts = { input: 8, forward: 16, later: 32 };
/** Chunks at most: each keeps partial sums. */
const maxPartials = 16;
/** Output pixels of a tiny image, whose blocks are made of images; pixels of a small one; of a full group. */
const tinyImage = 36;
const smallImage = 64;
const fullGroup = 128;

const upTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Number of words in `ImageLayout.words`. */
const layoutWords = 32;

/** units: what may be divided among parts. */
export function layOutImages(
  shape: WindowShape,
  { padding, dilations }: Windows,
  units: number,
  stage: keyof typeof minParts,
): ImageLayout {
  const wanted = minParts[stage];
  const later = stage === 'later';
  const { n, h, w, c, stride } = shape;
  const [outH, outW] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const pitch = upTo(c, 4);
  const classes = [stride, ...(stride === 1 ? dilations : [])];
  const grouped = n >= 4 && h * w <= smallImage && outH * outW <= tinyImage;
  const group = n >= 4 && h * w <= smallImage ? groupOf(n, outH * outW) : 1;
  const groups = Math.ceil(n / group);
  // Units with inputs of their own share nothing: one a part, and as many images in a row as leave enough chunks.
  const apart = Math.max(1, Math.min(units, wanted));
  const groupsPerChunk = Math.ceil(
    groups / (later ? Math.min(maxPartials, Math.ceil(wanted / apart)) : maxPartials),
  );
  const chunks = Math.ceil(groups / groupsPerChunk);
  const shared = chunks >= wanted ? 1 : Math.max(1, Math.min(units, Math.ceil(wanted / chunks)));
  const parts = later ? apart : shared;
  // Columns of a row of the padded source, of the padded gradient, of plain outputs and of dx: whole blocks of 4 for
  // every class of columns (depthwise-images.as.ts).
  const pad = grouped ? 0 : padding;
  const blocked = (width: number): number =>
    Math.max(...classes.map((size) => size * upTo(Math.ceil(width / size), 4)));
  const outer = blocked(outW);
  const sourceColumns = grouped ? w : 2 * pad + Math.max(w, (outer - 1) * stride + 1);
  const gradientColumns = grouped ? outW : 2 * pad + outer + 4;
  const plainColumns = grouped ? outW : outer;
  const dxColumns = grouped ? w : blocked(w);
  const tile = Math.min(16, pitch) * 4;
  const tiles = Math.ceil(pitch / 16);
  let used = 0;
  const buffer = (bytes: number): number => {
    const at = used;
    used = upTo(used + bytes, 64);
    return at;
  };
  const axes = buffer(16 * (group * h + 1 + w + 1 + stride));
  const coefficients = buffer(8 * pitch * 4);
  const source = buffer(tiles * group * h * sourceColumns * tile);
  const gradient = buffer(tiles * group * outH * gradientColumns * tile);
  const plain = group * outH * plainColumns * pitch * 4;
  // Twice as wide: the two pixels of a factorized reduce side by side.
  const between = buffer(2 * plain);
  const draw = buffer(plain);
  const dx = buffer(group * h * dxColumns * pitch * 4);
  const words = [n, h, w, c, pitch, outH, outW, stride];
  words.push(group, groupsPerChunk, chunks, parts, Number(grouped), pad);
  words.push(sourceColumns, gradientColumns, plainColumns, dxColumns, tile);
  words.push(axes, coefficients, source, gradient, between, draw, dx);
  while (words.length < layoutWords) words.push(0);
  return { words, chunks, parts, scratch: used };
}

/** Images of a group: a multiple of 4, so many that a group has some pixels and there are several groups. */
function groupOf(images: number, pixels: number): number {
  let group = 4;
  while (2 * group * pixels <= fullGroup && images > 6 * group) group *= 2;
  return group;
}
