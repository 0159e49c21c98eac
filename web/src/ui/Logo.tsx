/** A trireme: hull with ram and raised stern, a sail's line of wind, three banks of oars. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} role="img" aria-label="Trireme">
      <path
        d="M3.2 12.2c4.4 1.5 16.2 1.7 21.3.3 1.8-.5 2.6-2 2.3-4.2 2.3 1.7 3.1 4.8 1.7 7.4-1.7 3.1-5 4.7-9.3 4.7H11c-2.300 0-4.200-.8-5.600-2.300L1.600 17.200l3-1.100z"
        fill="currentColor"
      />
      <g stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" fill="none">
        <path d="m10.400 22.300-2.100 3.200M15.600 22.300l-2.100 3.200M20.800 22.300l-2.100 3.200" />
        <path
          d="m9.100 26.700-1.200 1.900M14.300 26.700l-1.200 1.900M19.500 26.700l-1.200 1.900"
          opacity="0.55"
        />
      </g>
      <g className="logo-shields" fill="var(--logo-shield, #fff)">
        <circle cx="10" cy="16.300" r="1.100" />
        <circle cx="14.500" cy="16.500" r="1.100" />
        <circle cx="19" cy="16.400" r="1.100" />
      </g>
      <path
        d="M13.600 3.600c3 1.300 4.300 3.700 4 7.200"
        stroke="currentColor"
        strokeWidth="1.5"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  );
}
