declare module '*.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}

declare module '*.svg' {
  const address: string;
  export default address;
}

interface ImportMeta {
  /** Vite's: every file that a pattern finds, by its path. https://vite.dev/guide/features#glob-import */
  glob<Module>(pattern: string, options: { eager: true }): Readonly<Record<string, Module>>;
}
