import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Aegean: the sea an hour after sunrise. Mantine wants ten shades; the tokens choose among them. */
const aegean: MantineColorsTuple = [
  "#e6f5fa",
  "#cde7f0",
  "#9fd0e2",
  "#6db8d3",
  "#45a4c6",
  "#2a96bc",
  "#1583aa",
  "#0b6a8a",
  "#08526c",
  "#043c50",
];

/** Mantine's neutrals, tinted like the tokens: its menus, inputs and dialogs take their surfaces from here. */
const gray: MantineColorsTuple = [
  "#f6f8f9",
  "#f1f4f6",
  "#e9eef1",
  "#e2e8eb",
  "#cbd5da",
  "#9aa9b2",
  "#5f717c",
  "#42545f",
  "#243640",
  "#0e1f29",
];
const dark: MantineColorsTuple = [
  "#e6eef2",
  "#b3c2ca",
  "#8a9ca6",
  "#566771",
  "#2b3c46",
  "#1d2c35",
  "#132027",
  "#0a1217",
  "#081015",
  "#060c10",
];

export const theme = createTheme({
  primaryColor: "aegean",
  primaryShade: { light: 7, dark: 4 },
  colors: { aegean, gray, dark },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "20px" },
  defaultRadius: "6px",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 12 } },
    Modal: {
      styles: { content: { background: "var(--surface)" }, header: { background: "var(--surface)" } },
    },
    Menu: { defaultProps: { shadow: "md", radius: 8 } },
    Popover: { defaultProps: { shadow: "md", radius: 8 } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "sm" } },
    Button: {
      defaultProps: { size: "sm" },
      // White on the dark scheme's accent is too faint to read.
      vars: (_theme: unknown, props: { readonly variant?: string; readonly color?: string }) => ({
        root:
          (props.variant ?? "filled") === "filled" && props.color === undefined
            ? { "--button-color": "var(--on-accent)" }
            : {},
      }),
    },
  },
});
