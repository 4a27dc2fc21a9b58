package dev.mcpsession.signin.http;

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
