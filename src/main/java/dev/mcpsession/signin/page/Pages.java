package dev.mcpsession.signin.page;

/** Makes HTML. */
@FunctionalInterface
public interface Pages {
  /** A whole document. */
  String render(Page page);
}
