import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Components without a style sheet of their own, and those that they are made of. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  Autocomplete: ["Combobox", "Input", "ScrollArea"],
  InputBase: ["Input"],
  MantineProvider: [],
  MultiSelect: ["Combobox", "Input", "Pill", "PillsInput", "ScrollArea"],
  Portal: [],
  Select: ["Combobox", "Input", "ScrollArea"],
  TagsInput: ["Combobox", "Input", "Pill", "PillsInput", "ScrollArea"],
  Textarea: ["Input"],
  TextInput: ["Input"],
};

const exists = (name: string): boolean => existsSync(`node_modules/@mantine/core/styles/${name}.css`);

test("every Mantine component in use has its styles", () => {
  const listed = readFileSync("src/ui/mantine.css", "utf8");
  const missing = new Set<string>();
  for (const file of globSync("src/**/*.tsx")) {
    const text = readFileSync(file, "utf8");
    for (const [, names = ""] of text.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g))
      for (const name of names.match(/(?<!type )\b[A-Z]\w+/g) ?? []) {
        const parts = exists(name) ? [name] : MADE_OF[name];
        if (parts === undefined) missing.add(`${name} (say in MADE_OF what it is made of)`);
        for (const part of parts ?? []) if (!listed.includes(`/${part}.css`)) missing.add(part);
      }
  }
  expect([...missing]).toEqual([]);
});
