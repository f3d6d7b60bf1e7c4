// What the test's DOM lacks: htmx looks for hx-on attributes by XPath; Okno has none of them.
Object.assign(globalThis, {
  XPathEvaluator: class {
    createExpression() {
      return { evaluate: () => ({ iterateNext: () => null }) };
    }
  },
});
