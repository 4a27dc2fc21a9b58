/** People before a user agent: a real browser, and one that only knows HTTP and forms. */
@NullMarked
package dev.mcpsession.browser;

import org.jspecify.annotations.NullMarked;
