package dev.mcpsession.signin.http;

import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.RandomTexts;
import dev.mcpsession.signin.web.SealedValues;
import java.time.InstantSource;

/** What endpoints for browsers have in common. */
record Browsing(
    Flows flows,
    SealedValues sealed,
    Cookies cookies,
    PageAnswers answers,
    Problems problems,
    RandomTexts random,
    InstantSource clock) {}
