/** A trireme under way: raised stern, ram at the waterline, one sail, and three banks of oars. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} role="img" aria-label="Trireme">
      <path
        d="M15.2 3.2c5.2 1.6 7.3 5.3 6 10.3H9.4c3.9-2.7 5.8-6.1 5.8-10.3z"
        fill="currentColor"
        opacity="0.45"
      />
      <path
        d="M1.3 18.6c2.9-.3 4.7-1.2 6-2.8h16.1c2.5 0 3.8-1.6 3.6-4.6 3 2.3 3.9 5.2 2.8 7.7-1.1 2.5-3.5 3.7-6.8 3.7H9.2c-3.2 0-5.7-1.3-7.9-4z"
        fill="currentColor"
      />
      <path
        d="m10.6 24.6-3.4 4.6M15.9 24.6l-3.4 4.6M21.2 24.6l-3.4 4.6"
        stroke="currentColor"
        strokeWidth="1.9"
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  );
}
