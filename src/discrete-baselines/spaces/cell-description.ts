// A cell space as the strategies see it, and one edge of a cell that was chosen in it. Plain data.

export interface CellDescription {
  readonly name: string;
  readonly inputs: number;
  readonly nodes: number;
  /** What leaves the cell: all nodes side by side, or the last node. */
  readonly output: 'concat' | 'last';
  /** Whether edges from the inputs have stride 2: an identity does not pass them unchanged. */
  readonly reduces: boolean;
}

export interface CellsDescription {
  readonly name: string;
  readonly cells: readonly CellDescription[];
  /** Names of the operations that may be chosen. */
  readonly operations: readonly string[];
  /** Edges that enter a node (fewer where there are fewer sources), or `all`: an operation on every edge. */
  readonly edgesPerNode: number | 'all';
  /** The operation that gives zero, and the one that passes its input unchanged at stride 1, if there are such. */
  readonly zero?: string;
  readonly identity?: string;
}

/** One edge of a cell as chosen: source state (inputs first, then nodes), target node, index of the operation. */
export interface ChosenEdge {
  readonly from: number;
  readonly node: number;
  readonly operation: number;
}
