def wechat_article(*a, **k):
    return ""
