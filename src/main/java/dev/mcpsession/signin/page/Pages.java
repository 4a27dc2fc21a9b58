package dev.mcpsession.signin.page;

/** Makes HTML. */
public interface Pages {
  /** A whole document. */
  String render(Page page);

  /**
   * What browsers let the documents do (Content Security Policy Level 3): no script, no frame
   * around them, forms to the gateway alone.
   */
  default String contentSecurityPolicy() {
    return "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        + " frame-ancestors 'none'; base-uri 'none'";
  }
}
