package io.kitbag.models.zoo;

final class CifarResNet {}
