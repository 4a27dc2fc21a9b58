package dev.mcpsession.signin.web;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.page.Page;
import dev.mcpsession.signin.page.Pages;
import java.net.URI;
import java.util.List;

/** Answers to browsers: pages that nobody can frame, keep or put a script into, and redirects. */
public final class PageAnswers {
  private final Pages pages;

  /** Renders with these pages. */
  public PageAnswers(Pages pages) {
    this.pages = pages;
  }

  /** A page. */
  public SiteAnswer page(int status, Page page) {
    return guarded(SiteAnswer.of(status, "text/html; charset=utf-8", pages.render(page)));
  }

  /** A redirect that makes a GET of whatever it answers (303). */
  public SiteAnswer redirect(String url) {
    return guarded(SiteAnswer.of(303)).with("Location", url);
  }

  /**
   * Sends the browser to another site: what answers a form by a page that leaves, so that the way
   * from there on is not held to the form's policy (CSP, form-action).
   */
  public SiteAnswer leave(SiteRequest request, String url) {
    return request.method().equals("POST")
        ? page(200, new Page.Leaving(url, URI.create(url).getAuthority()))
        : redirect(url);
  }

  private SiteAnswer guarded(SiteAnswer answer) {
    SiteAnswer guarded = answer;
    for (SiteAnswer.Header header : headers()) {
      guarded = guarded.with(header.name(), header.value());
    }
    return guarded;
  }

  private List<SiteAnswer.Header> headers() {
    return List.of(
        new SiteAnswer.Header("Cache-Control", "no-store"),
        new SiteAnswer.Header("Content-Security-Policy", pages.contentSecurityPolicy()),
        // With no-referrer, browsers send the Origin null with forms.
        new SiteAnswer.Header("Referrer-Policy", "same-origin"),
        new SiteAnswer.Header("X-Content-Type-Options", "nosniff"),
        new SiteAnswer.Header("X-Frame-Options", "DENY"));
  }
}
