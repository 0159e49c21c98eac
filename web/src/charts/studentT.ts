/** How far a mean of few values may be off: the 97.5 % point of Student's t distribution. */

/** For 1 to 10 degrees of freedom. */
const FEW = [
  12.7062047, 4.3026527, 3.1824463, 2.7764451, 2.5705818, 2.4469119, 2.3646243, 2.3060041, 2.2621572,
  2.2281389,
] as const;
/** Of the normal distribution, which it becomes. */
const Z = 1.959963984540054;

/** With `freedom` degrees of freedom, right to 5 digits. */
export function studentT975(freedom: number): number {
  if (freedom < 1) return Number.NaN;
  const known = FEW[freedom - 1];
  if (known !== undefined) return known;
  // Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
  const [z3, z5, z7, z9] = [Z ** 3, Z ** 5, Z ** 7, Z ** 9];
  return (
    Z +
    (z3 + Z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * freedom ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * Z) / (92160 * freedom ** 4)
  );
}
