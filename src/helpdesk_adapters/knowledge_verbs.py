"""The list of what is done with knowledge and suggestions, and what that is plugged into; nothing else."""

from dependency_injector import providers

from helpdesk_adapters import models
from helpdesk_adapters.ai import embedding
from helpdesk_adapters.ai.embedded import EmbeddedSuggester
from helpdesk_adapters.desk_verbs import DeskVerbs
from helpdesk_adapters.metrics import log_fallback
from helpdesk_core.suggestions.composing import quotable
from helpdesk_core.use_cases.knowledge.embed_passages import EmbedPassages
from helpdesk_core.use_cases.knowledge.follow_sources import FollowSources
from helpdesk_core.use_cases.knowledge.order_sync import OrderSync
from helpdesk_core.use_cases.knowledge.read_knowledge import ReadKnowledge
from helpdesk_core.use_cases.knowledge.retrieve import RetrieveAnswers, RetrievePassages
from helpdesk_core.use_cases.knowledge.sync_knowledge import SyncKnowledge
from helpdesk_core.use_cases.suggestions.dismiss_suggestion import DismissSuggestion
from helpdesk_core.use_cases.suggestions.find_gaps import FindGaps
from helpdesk_core.use_cases.suggestions.find_similar import FindSimilar
from helpdesk_core.use_cases.suggestions.order_suggestions import OrderSuggestions
from helpdesk_core.use_cases.suggestions.suggest_by_itself import SuggestByItself
from helpdesk_core.use_cases.suggestions.suggest_replies import SuggestReplies
from helpdesk_core.use_cases.suggestions.summarize_ticket import SummarizeTicket


class KnowledgeVerbs(DeskVerbs):
    """What the desk knows, and what it suggests."""

    # What they need
    store = DeskVerbs.store
    clock = DeskVerbs.clock
    new_id = DeskVerbs.new_id
    languages = DeskVerbs.languages
    offload = DeskVerbs.offload
    embedder = providers.Singleton(embedding.embedder, offload)

    # Knowledge
    follow_sources = providers.Singleton(FollowSources, clock, new_id, embedder)
    order_sync = providers.Singleton(OrderSync, store, clock, new_id)
    sync_knowledge = providers.Singleton(SyncKnowledge, store, offload, clock, new_id, embedder)
    embed_passages = providers.Singleton(EmbedPassages, store, embedder, clock, new_id)
    read_knowledge = providers.Singleton(ReadKnowledge, store, embedder)

    # Suggestions
    retrieve_passages = providers.Singleton(RetrievePassages, store, embedder)
    retrieve_answers = providers.Singleton(RetrieveAnswers, retrieve_passages)
    retrieve_quotes = providers.Singleton(RetrieveAnswers, retrieve_passages, providers.Object(quotable))
    embedded_suggester = providers.Singleton(EmbeddedSuggester)
    suggester = providers.Singleton(
        models.suggester, DeskVerbs.language_model, embedded_suggester, DeskVerbs.settings, offload
    )
    suggest_replies = providers.Singleton(
        SuggestReplies,
        store,
        retrieve_quotes,
        suggester,
        embedded_suggester,
        languages,
        providers.Object(log_fallback),
        clock,
        new_id,
    )
    suggest_by_itself = providers.Singleton(SuggestByItself, suggest_replies)
    dismiss_suggestion = providers.Singleton(DismissSuggestion, store, clock, new_id)
    find_similar = providers.Singleton(FindSimilar, store, retrieve_answers)
    find_gaps = providers.Singleton(FindGaps, store, retrieve_answers)
    summarizer = providers.Singleton(models.summarizer, DeskVerbs.language_model, DeskVerbs.settings, offload)
    summarize_ticket = providers.Singleton(SummarizeTicket, store, summarizer, providers.Object(log_fallback))
    order_suggestions = providers.Singleton(OrderSuggestions, clock, new_id)
