package dev.mcpsession.signin.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;

/**
 * Makes pages from the templates of src/main/jte, which were compiled with the program. What a
 * template shows is escaped for the place where it stands.
 */
public final class JtePages implements Pages {
  private static final String POLICY =
      "default-src 'none'; style-src "
          + StyleSheet.source()
          + "; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

  @Override
  public String render(Page page) {
    TemplateOutput html = new StringOutput();
    templates.render(template(page), page, html);
    return html.toString();
  }

  @Override
  public String contentSecurityPolicy() {
    return POLICY;
  }

  private static String template(Page page) {
    return switch (page) {
      case Page.Consent consent -> "consent.jte";
      case Page.Leaving leaving -> "leaving.jte";
      case Page.Problem problem -> "problem.jte";
      case Page.AccountSignIn choice -> "account-sign-in.jte";
      case AccountPage account -> "account.jte";
    };
  }
}
