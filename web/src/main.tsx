import "@fontsource-variable/inter/wght.css";
import "./ui/mantine.css";
import "./tokens.css";
import "./base.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { theme } from "@/ui/theme";
import { queries } from "./queries";
import { router } from "./router";

const schemes = localStorageColorSchemeManager({ key: "trireme-color-scheme" });

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");

createRoot(element).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
