package dev.mcpsession.browser;

import dev.mcpsession.external.NeedsProgram;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Uses a {@link Browser}; skipped without Debian's chromium-driver, but not where CI=true. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("browser")
@NeedsProgram(value = "chromedriver", debianPackage = "chromium-driver")
public @interface InBrowser {}
