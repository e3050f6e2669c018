// The measure of every comparison: the relative L2 error of one quantity, over one or several tensors.

export class RelativeError {
  private difference = 0;
  private reference = 0;

  add(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
    for (let i = 0; i < wanted.length; i++) {
      this.difference += (found[i]! - wanted[i]!) ** 2;
      this.reference += wanted[i]! ** 2;
    }
  }

  /** ||found - wanted|| / ||wanted||, and ||found|| where wanted is 0. */
  value(): number {
    return this.reference === 0 ? Math.sqrt(this.difference) : Math.sqrt(this.difference / this.reference);
  }
}

export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const error = new RelativeError();
  error.add(found, wanted);
  return error.value();
}
