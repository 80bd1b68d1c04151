import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 50, skipComments: true, skipBlankLines: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
