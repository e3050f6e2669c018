// The part of the global WebAssembly that is used, typed here: the project is not typed against the DOM, where
// TypeScript keeps these types.

/** Opaque; workers take it by message. */
export interface WasmModule {
  readonly brand: 'module';
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export interface WasmTable {
  grow(by: number): number;
  set(index: number, value: unknown): void;
}

interface WebAssemblyGlobal {
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>;
  readonly Module: {
    exports(module: WasmModule): readonly { readonly name: string; readonly kind: string }[];
  };
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly;
