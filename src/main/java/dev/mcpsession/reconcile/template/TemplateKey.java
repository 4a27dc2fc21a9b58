package dev.mcpsession.reconcile.template;

/** Identifies a template by its name; one that is created again is another one. */
record TemplateKey(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
