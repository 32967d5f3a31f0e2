/** The part of the WebAssembly API that migrator.ts uses: Node has it, TypeScript declares it only with the DOM. */
declare namespace WebAssembly {
  type ModuleImports = Record<string, unknown>;
  type Module = object;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(
    module: Module,
    imports: Record<string, ModuleImports>,
  ): Promise<{ exports: Record<string, unknown> }>;
}
